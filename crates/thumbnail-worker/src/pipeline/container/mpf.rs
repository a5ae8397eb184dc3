//! Where a JPEG that is followed by others says that they are: the Multi-Picture Format (CIPA DC-007), and the list of a container
//! in XMP, which Google's cameras write.

use super::jpeg::{self, APP2};
use crate::pipeline::num::usize_of;

/// What an APP2 with the index begins with; a TIFF follows.
const MPF: &[u8] = b"MPF\0";

/// The list of pictures, in the index.
const ENTRIES: u16 = 0xB002;

/// Bytes of an entry of the list.
const ENTRY: usize = 16;

/// Fields of the index, and pictures of a file, that are looked at: files have three fields and two or three pictures.
const MOST: usize = 16;

/// Bytes of an item in XMP that are looked at.
const LONGEST_ITEM: usize = 2_048;

/// What may be the other pictures of the file: from where each is said to begin, as long as it is said to be.
pub(crate) fn others(bytes: &[u8]) -> Vec<&[u8]> {
    let of_index = by_index(bytes).unwrap_or_default();
    let of_list = jpeg::xmp(bytes).and_then(|xmp| gain_map_of_list(bytes, &String::from_utf8_lossy(xmp)));
    of_index.into_iter().chain(of_list).collect()
}

fn by_index(bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut segments = jpeg::segments(bytes).filter(|segment| segment.marker == APP2);
    let index = segments.find_map(|segment| segment.data.strip_prefix(MPF))?;
    // Places are told from the beginning of the index on.
    let start = index.as_ptr().addr().checked_sub(bytes.as_ptr().addr())?;
    let from_index = bytes.get(start..)?;
    let tiff = Tiff {
        is_little: match index.first_chunk::<4>()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        },
        bytes: index,
    };
    let directory = usize_of(tiff.word(4)?);
    let count = usize::from(tiff.half(directory)?).min(MOST);
    let field = (0..count).map(|number| directory + 2 + number * 12);
    let field = field.into_iter().find(|at| tiff.half(*at) == Some(ENTRIES))?;
    let (length, list) = (usize_of(tiff.word(field + 4)?), usize_of(tiff.word(field + 8)?));
    let pictures = (0..(length / ENTRY).min(MOST)).filter_map(|number| {
        let entry = list.checked_add(number * ENTRY)?;
        let (length, offset) = (tiff.word(entry + 4)?, tiff.word(entry + 8)?);
        // The first one is the file itself.
        let rest = from_index.get(usize_of(offset)..).filter(|_| offset > 0)?;
        Some(rest.get(..usize_of(length)).unwrap_or(rest))
    });
    Some(pictures.collect())
}

struct Tiff<'a> {
    is_little: bool,
    bytes: &'a [u8],
}

impl Tiff<'_> {
    fn half(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn word(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.is_little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }
}

/// The gain map of a list (`Container:Directory`): the files behind the picture follow one another up to the end, each as long as told.
fn gain_map_of_list<'a>(bytes: &'a [u8], xmp: &str) -> Option<&'a [u8]> {
    let mut before_end = 0_usize;
    let mut found = None;
    let items = xmp.split("<Container:Item").skip(1).take(MOST).collect::<Vec<_>>();
    for item in items.into_iter().rev() {
        let item = item.get(..item.floor_char_boundary(LONGEST_ITEM))?;
        let number = |name| attribute(item, name).and_then(|value| value.parse::<usize>().ok());
        let length = number("Item:Length").unwrap_or_default();
        before_end = before_end
            .checked_add(length)?
            .checked_add(number("Item:Padding").unwrap_or_default())?;
        if attribute(item, "Item:Semantic") == Some("GainMap") {
            let start = bytes.len().checked_sub(before_end)?;
            found = bytes.get(start..start.checked_add(length)?);
        }
    }
    found
}

fn attribute<'a>(item: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = item.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::super::jpeg::{APP1, SOI, XMP, push};
    use super::*;

    /// A picture whose index names one that is `after` bytes behind the index, and so long.
    fn with_index(is_little: bool, after: u32, length: u32) -> Vec<u8> {
        let word = |value: u32| {
            if is_little {
                value.to_le_bytes()
            } else {
                value.to_be_bytes()
            }
        };
        let half = |value: u16| {
            if is_little {
                value.to_le_bytes()
            } else {
                value.to_be_bytes()
            }
        };
        let field = [&half(ENTRIES)[..], &half(7), &word(32), &word(26)].concat();
        let entry = |length: u32, offset: u32| [&[0; 4][..], &word(length), &word(offset), &[0; 4]].concat();
        let index = [
            if is_little { &b"II*\0"[..] } else { b"MM\0*" },
            &word(8),
            &half(1),
            &field,
            &[0; 4],
            &entry(99, 0),
            &entry(length, after),
        ]
        .concat();
        let mut bytes = SOI.to_vec();
        push(&mut bytes, APP2, &[MPF, &index]);
        bytes
    }

    #[test]
    fn the_index_of_both_orders_of_bytes() {
        for is_little in [true, false] {
            let head = with_index(is_little, 58, 5);
            let file = [&head[..], b"other and more"].concat();
            assert_eq!(others(&file), [b"other"]);
            let beyond = [&with_index(is_little, 58, 9_999)[..], b"other"].concat();
            assert_eq!(others(&beyond), [b"other"], "what is there of it");
            assert!(others(&with_index(is_little, u32::MAX, 5)).is_empty());
            for end in 0..file.len() {
                let _ = others(&file[..end]);
            }
        }
    }

    #[test]
    fn the_list_in_xmp_is_told_from_the_end() {
        let list = r#"<Container:Directory><rdf:Seq><rdf:li><Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary"/></rdf:li>
            <rdf:li><Container:Item Item:Semantic="GainMap" Item:Mime='image/jpeg' Item:Length='5'/></rdf:li>
            <rdf:li><Container:Item Item:Length="4" Item:Semantic="MotionPhoto" Item:Padding="1"/></rdf:li>"#;
        let mut file = SOI.to_vec();
        push(&mut file, APP1, &[XMP, list.as_bytes()]);
        file.extend(b"picture other film");
        assert_eq!(others(&file), [b"other"]);
        let absurd = list.replace("Length='5'", "Length='18446744073709551615'");
        let mut file = SOI.to_vec();
        push(&mut file, APP1, &[XMP, absurd.as_bytes()]);
        assert!(others(&file).is_empty());
    }
}
