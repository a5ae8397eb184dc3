//! The marker segments before the first scan of a JPEG (ITU T.81 annex B).

/// Start of image; every JPEG begins with it.
pub(crate) const SOI: [u8; 2] = [0xFF, 0xD8];
/// APP0, JFIF.
#[cfg(test)]
pub(crate) const APP0: u8 = 0xE0;
/// APP1, EXIF and XMP.
pub(crate) const APP1: u8 = 0xE1;
/// APP2, ICC.
pub(crate) const APP2: u8 = 0xE2;
/// APP14, Adobe.
pub(crate) const APP14: u8 = 0xEE;

/// What an APP1 with XMP begins with.
pub(crate) const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
/// What an APP1 with EXIF begins with.
const EXIF: &[u8] = b"Exif\0\0";
/// What an APP2 with a piece of an ICC profile begins with; a number from 1 and the count of pieces follow.
pub(crate) const ICC: &[u8] = b"ICC_PROFILE\0";

/// A marker and what belongs to it, without the length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'a> {
    pub(crate) marker: u8,
    pub(crate) data: &'a [u8],
}

/// The segments from SOI to the first scan. Ends early where the file does.
pub(crate) fn segments(bytes: &[u8]) -> Segments<'_> {
    Segments {
        rest: bytes.strip_prefix(&SOI).unwrap_or_default(),
    }
}

pub(crate) struct Segments<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Segments<'a> {
    type Item = Segment<'a>;

    fn next(&mut self) -> Option<Segment<'a>> {
        loop {
            // Bytes that belong to nothing are skipped, as libjpeg does; FF may be repeated before a marker.
            let start = self.rest.iter().position(|&byte| byte == 0xFF)?;
            let after = self.rest.get(start..)?;
            let code = after.iter().position(|&byte| byte != 0xFF)?;
            let (&marker, body) = after.get(code..)?.split_first()?;
            match marker {
                // Stuffing, TEM and restarts carry nothing.
                0x00 | 0x01 | 0xD0..=0xD8 => self.rest = body,
                // Start of scan and end of image.
                0xDA | 0xD9 => return None,
                _ => {
                    let (length, _) = body.split_first_chunk::<2>()?;
                    let length = usize::from(u16::from_be_bytes(*length));
                    let data = body.get(2..length)?;
                    self.rest = body.get(length..)?;
                    return Some(Segment { marker, data });
                }
            }
        }
    }
}

/// The start of frame: size, components, process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) process: u8,
    pub(crate) precision: u8,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) components: u8,
}

/// The frame header, if the file gets that far.
pub(crate) fn frame(bytes: &[u8]) -> Option<Frame> {
    segments(bytes).find_map(|segment| {
        let is_frame = matches!(segment.marker, 0xC0..=0xCF) && !matches!(segment.marker, 0xC4 | 0xC8 | 0xCC);
        let (head, _) = segment.data.split_first_chunk::<6>().filter(|_| is_frame)?;
        let &[precision, height_high, height_low, width_high, width_low, components] = head;
        Some(Frame {
            process: segment.marker,
            precision,
            width: u32::from(u16::from_be_bytes([width_high, width_low])),
            height: u32::from(u16::from_be_bytes([height_high, height_low])),
            components,
        })
    })
}

/// At most as many passes as there are in the file; those of smaller pictures in it count as well.
pub(crate) fn scans(bytes: &[u8]) -> u32 {
    // In the bytes of a scan no FF stands before a DA.
    let starts = bytes.windows(2).filter(|pair| *pair == [0xFF, 0xDA]).count();
    u32::try_from(starts).unwrap_or(u32::MAX)
}

/// Whether an Adobe segment says who wrote it: their CMYK is stored inverted.
pub(crate) fn is_adobe(bytes: &[u8]) -> bool {
    segments(bytes).any(|segment| segment.marker == APP14 && segment.data.starts_with(b"Adobe"))
}

/// The ICC profile, put together from its pieces; `None` when one is missing.
pub(crate) fn icc_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut pieces: Vec<(u8, u8, &[u8])> = segments(bytes)
        .filter(|segment| segment.marker == APP2)
        .filter_map(|segment| match segment.data.strip_prefix(ICC)? {
            [number, count, piece @ ..] => Some((*number, *count, piece)),
            _ => None,
        })
        // They are numbered with one byte: with more of them it is no profile, and nobody needs room for the rest.
        .take(usize::from(u8::MAX) + 1)
        .collect();
    pieces.sort_by_key(|&(number, ..)| number);
    let count = pieces.first()?.1;
    let complete = pieces.iter().map(|&(number, ..)| number).eq(1..=count);
    complete.then(|| pieces.iter().flat_map(|&(.., piece)| piece).copied().collect())
}

/// The XMP packet.
pub(crate) fn xmp(bytes: &[u8]) -> Option<&[u8]> {
    app1(bytes, XMP)
}

/// The EXIF, which is a TIFF.
pub(crate) fn exif(bytes: &[u8]) -> Option<&[u8]> {
    app1(bytes, EXIF)
}

/// The rest of the first APP1 that begins so.
fn app1<'a>(bytes: &'a [u8], beginning: &[u8]) -> Option<&'a [u8]> {
    segments(bytes)
        .filter(|segment| segment.marker == APP1)
        .find_map(|segment| segment.data.strip_prefix(beginning))
}

/// Appends a segment. Callers keep `parts` below 65 533 bytes together; longer ones are left out.
pub(crate) fn push(out: &mut Vec<u8>, marker: u8, parts: &[&[u8]]) {
    let length = 2 + parts.iter().map(|part| part.len()).sum::<usize>();
    let Ok(length) = u16::try_from(length) else { return };
    out.extend_from_slice(&[0xFF, marker]);
    out.extend_from_slice(&length.to_be_bytes());
    for part in parts {
        out.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Vec<u8> {
        let mut bytes = SOI.to_vec();
        push(&mut bytes, APP2, &[ICC, &[2, 2], b"second"]);
        push(&mut bytes, APP2, &[ICC, &[1, 2], b"first,"]);
        push(&mut bytes, APP1, &[XMP, b"<x/>"]);
        push(&mut bytes, 0xC2, &[&[8, 0x0D, 0x8E, 0x12, 0x20, 3, 0, 0, 0]]);
        bytes.extend_from_slice(&[0xFF, 0xDA, 0, 2]);
        bytes
    }

    #[test]
    fn finds_what_the_head_holds() {
        let bytes = sample();
        assert_eq!(icc_profile(&bytes).unwrap(), b"first,second");
        assert_eq!(xmp(&bytes).unwrap(), b"<x/>");
        let frame = frame(&bytes).unwrap();
        assert_eq!(
            (frame.process, frame.width, frame.height, frame.components),
            (0xC2, 4640, 3470, 3)
        );
        assert!(!is_adobe(&bytes));
        assert_eq!(scans(&bytes), 1);
    }

    #[test]
    fn a_cut_anywhere_is_no_panic_and_no_half_profile() {
        let bytes = sample();
        for end in 0..bytes.len() {
            let cut = &bytes[..end];
            let _ = (frame(cut), xmp(cut), is_adobe(cut));
            assert!(icc_profile(cut).is_none_or(|profile| profile == b"first,second"));
        }
    }
}
