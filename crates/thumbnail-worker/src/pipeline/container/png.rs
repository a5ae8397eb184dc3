//! The chunks of a PNG.

/// What a PNG begins with.
const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Names and contents of the chunks before the samples, as far as they are whole.
pub(crate) fn chunks_before_samples(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes.strip_prefix(&SIGNATURE).unwrap_or_default();
    std::iter::from_fn(move || {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let (name, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let data = after.get(..length).filter(|_| name != b"IDAT")?;
        // A sum of four bytes follows.
        rest = after.get(length..)?.get(4..)?;
        Some((*name, data))
    })
}

/// The last chunk, with its length and its sum.
const END: [u8; 12] = *b"\0\0\0\0IEND\xAE\x42\x60\x82";

/// Bytes of a chunk besides its contents: length, name, sum.
const FRAME: usize = 12;

/// The same file with an end, where it has samples and ends before its end: behind the last whole chunk, or behind the samples
/// whose sum is missing. Nothing where it has one.
pub(crate) fn with_end(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut at = SIGNATURE.len();
    let mut has_samples = false;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let head = rest.split_first_chunk::<4>();
        let head = head.and_then(|(length, after)| Some((*length, *after.first_chunk::<4>()?)));
        let Some((length, name)) = head.filter(|(_, name)| name.iter().all(u8::is_ascii_alphabetic)) else {
            break;
        };
        if name == *b"IEND" && rest.len() >= FRAME {
            return None;
        }
        let length = usize::try_from(u32::from_be_bytes(length)).ok()?;
        let is_samples = name == *b"IDAT";
        if let (None, true) = (rest.get(..length.saturating_add(FRAME)), is_samples) {
            // Of samples that are cut off there is nothing to be ended.
            let summed = rest.get(4..length.saturating_add(8))?;
            let sum = crc32fast::hash(summed).to_be_bytes();
            let kept = bytes.get(..at.saturating_add(length).saturating_add(8))?;
            return Some([kept, &sum, &END].concat());
        }
        if rest.len() < length.saturating_add(FRAME) {
            break;
        }
        has_samples |= is_samples;
        at = at.saturating_add(length).saturating_add(FRAME);
    }
    let kept = bytes.get(..at).filter(|_| has_samples)?;
    Some([kept, &END].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_before_the_samples_and_where_the_file_does() {
        let chunk = |name: &[u8], data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            [&length[..], name, data, &[0; 4]].concat()
        };
        let file = [
            &SIGNATURE[..],
            &chunk(b"IHDR", b"head"),
            &chunk(b"tRNS", &[]),
            &chunk(b"IDAT", b"x"),
            &chunk(b"tEXt", b"y"),
        ]
        .concat();
        let names = |file: &[u8]| chunks_before_samples(file).map(|(name, _)| name).collect::<Vec<_>>();
        assert_eq!(names(&file), [*b"IHDR", *b"tRNS"]);
        assert_eq!(names(&file[..30]), [*b"IHDR"]);
        assert_eq!(names(b"nothing"), [[0; 4]; 0]);
        let mut endless = file;
        endless[8..12].copy_from_slice(&[0xFF; 4]);
        assert_eq!(names(&endless), [[0; 4]; 0]);
    }

    #[test]
    fn an_end_is_given_to_files_that_have_all_samples_and_to_no_others() {
        let chunk = |name: &[u8], data: &[u8]| {
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            let summed = [name, data].concat();
            [&length[..], &summed, &crc32fast::hash(&summed).to_be_bytes()].concat()
        };
        let whole = [
            &SIGNATURE[..],
            &chunk(b"IHDR", b"head"),
            &chunk(b"IDAT", b"samples"),
            &chunk(b"IEND", b""),
        ]
        .concat();
        assert_eq!(with_end(&whole), None);
        for missing in 1..=16 {
            assert_eq!(
                with_end(&whole[..whole.len() - missing]).as_ref(),
                Some(&whole),
                "{missing}"
            );
        }
        for missing in 17..whole.len() {
            assert_eq!(with_end(&whole[..whole.len() - missing]), None, "{missing}");
        }
        assert_eq!(with_end(b""), None);
    }
}
