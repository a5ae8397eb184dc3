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
}
