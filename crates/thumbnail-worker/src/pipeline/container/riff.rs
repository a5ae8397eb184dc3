//! RIFF chunks, the box of WebP (RFC 9649).

use crate::pipeline::num::{u64_of, usize_of};

/// Bytes before the first chunk: `RIFF`, length, `WEBP`.
const HEAD: usize = 12;

/// A chunk: its name and its bytes, without padding.
pub(crate) type Chunk<'a> = ([u8; 4], &'a [u8]);

/// Whether the file says it is WebP.
pub(crate) fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..HEAD) == Some(b"WEBP")
}

/// Whether the file has fewer bytes than its head promises.
pub(crate) fn is_truncated(bytes: &[u8]) -> bool {
    let promised = bytes
        .get(4..)
        .and_then(|rest| rest.first_chunk::<4>())
        .map(|length| u32::from_le_bytes(*length));
    promised.is_none_or(|length| u64_of(bytes.len()) < u64::from(length) + 8)
}

/// All whole chunks, and the beginning of one that is cut off.
pub(crate) fn chunks(bytes: &[u8]) -> impl Iterator<Item = Chunk<'_>> {
    let mut rest = bytes.get(HEAD..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize_of(u32::from_le_bytes(*length));
        let data = after.get(..length).unwrap_or(after);
        // Chunks are padded to an even length.
        rest = after.get(length.saturating_add(length % 2)..).unwrap_or_default();
        Some((*name, data))
    })
}

/// The first chunk of that name.
pub(crate) fn chunk(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    chunks(bytes).find_map(|(name, data)| (name == wanted).then_some(data))
}

/// A WebP file of these chunks, in this order; `None` above 4 GiB.
pub(crate) fn build(chunks: &[Chunk<'_>]) -> Option<Vec<u8>> {
    let length: usize = 4 + chunks
        .iter()
        .map(|(_, data)| 8 + data.len() + data.len() % 2)
        .sum::<usize>();
    let mut out = Vec::with_capacity(length + 8);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&u32::try_from(length).ok()?.to_le_bytes());
    out.extend_from_slice(b"WEBP");
    for (name, data) in chunks {
        out.extend_from_slice(name);
        out.extend_from_slice(&u32::try_from(data.len()).ok()?.to_le_bytes());
        out.extend_from_slice(data);
        if data.len() % 2 == 1 {
            out.push(0);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_read_back() {
        let bytes = build(&[(*b"ICCP", b"odd"), (*b"VP8 ", b"even")]).unwrap();
        assert!(is_webp(&bytes) && !is_truncated(&bytes));
        assert_eq!(
            chunks(&bytes).collect::<Vec<_>>(),
            [(*b"ICCP", &b"odd"[..]), (*b"VP8 ", b"even")]
        );
        assert_eq!(chunk(&bytes, *b"VP8 "), Some(&b"even"[..]));
    }

    #[test]
    fn a_cut_anywhere_is_seen() {
        let bytes = build(&[(*b"VP8 ", b"even")]).unwrap();
        for end in 0..bytes.len() {
            assert!(is_truncated(&bytes[..end]));
            let _ = chunks(&bytes[..end]).count();
        }
    }
}
