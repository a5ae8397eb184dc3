//! The item that makes another picture of the primary one by a gain map (`tmap`, ISO/IEC 23008-12:2022/Amd 1).

use std::borrow::Cow;

use super::{associations, boxes, first, item, primary, property};
use crate::pipeline::cicp::{Cicp, Told};

/// Bytes of the item that are read: its parameters have at most 142.
const LONGEST: usize = 512;

/// Pieces of an item.
const MOST_PIECES: u64 = 16;

/// A tone-mapped picture that is told, and what it is made of.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ToneMap<'a> {
    /// The number of the picture that it begins with.
    pub(crate) base: u32,
    /// The number of the gain map.
    pub(crate) map: u32,
    /// What the item says.
    pub(crate) metadata: Cow<'a, [u8]>,
    /// The colours of what is made.
    pub(crate) colours: Option<Told>,
}

/// The first of a file whose beginning is the primary picture, or which is the primary picture itself.
pub(crate) fn tone_map(bytes: &[u8]) -> Option<ToneMap<'_>> {
    let meta = first(bytes, *b"meta")?.get(4..)?;
    let shown = primary(first(meta, *b"pitm")?)?;
    let references = first(meta, *b"iref")?;
    items(meta)?.find_map(|id| {
        let [base, map] = inputs(references, id)?;
        (base == shown || id == shown).then_some(())?;
        Some(ToneMap {
            base,
            map,
            metadata: data(bytes, meta, id)?,
            colours: colours(meta, id),
        })
    })
}

/// Where the number of the primary picture is written, if it is a tone-mapped one, and what number it begins with.
pub(crate) fn primary_tone_map(bytes: &[u8]) -> Option<(&[u8], u32)> {
    let meta = first(bytes, *b"meta")?.get(4..)?;
    let body = first(meta, *b"pitm")?;
    let shown = primary(body)?;
    let is_one = items(meta)?.any(|id| id == shown);
    let [base, _] = inputs(first(meta, *b"iref")?, shown).filter(|_| is_one)?;
    Some((body.get(4..)?, base))
}

/// The numbers of all `tmap`.
fn items(meta: &[u8]) -> Option<impl Iterator<Item = u32>> {
    let list = first(meta, *b"iinf")?;
    let is_long = *list.first()? >= 1;
    let entries = list.get(if is_long { 8 } else { 6 }..)?;
    let of_type = |(name, body): ([u8; 4], &[u8])| {
        let version = *body.first().filter(|_| &name == b"infe")?;
        let mut rest = body.get(4..)?;
        let id = item(&mut rest, version >= 3)?;
        // Behind two bytes of protection.
        (version >= 2 && rest.get(2..6)? == b"tmap").then_some(id)
    };
    Some(boxes(entries).filter_map(of_type))
}

/// The two pictures that an item is derived from.
fn inputs(references: &[u8], wanted: u32) -> Option<[u32; 2]> {
    let is_long = *references.first()? >= 1;
    boxes(references.get(4..)?)
        .filter(|(name, _)| name == b"dimg")
        .find_map(|(_, body)| {
            let mut rest = body;
            let from = item(&mut rest, is_long)?;
            let (count, after) = rest.split_first_chunk::<2>()?;
            rest = after;
            let inputs = [item(&mut rest, is_long)?, item(&mut rest, is_long)?];
            (from == wanted && u16::from_be_bytes(*count) == 2).then_some(inputs)
        })
}

/// The bytes of an item, if they are few (`iloc`).
fn data<'a>(bytes: &'a [u8], meta: &'a [u8], wanted: u32) -> Option<Cow<'a, [u8]>> {
    let mut list = Numbers(first(meta, *b"iloc")?);
    let version = list.take(1)?;
    list.take(3)?;
    let sizes = list.take(2)?;
    let size = |shift: u32| usize::try_from(sizes >> shift & 15).unwrap_or_default();
    let (of_offset, of_length, of_base, of_index) = (size(12), size(8), size(4), size(0));
    let of_id = if version < 2 { 2 } else { 4 };
    for _ in 0..list.take(of_id)? {
        let id = list.take(of_id)?;
        let method = if version == 0 { 0 } else { list.take(2)? & 15 };
        list.take(2)?;
        let base = list.take(of_base)?;
        let pieces = list.take(2)?;
        let is_wanted = id == u64::from(wanted);
        let from = match method {
            0 => Some(bytes),
            1 => first(meta, *b"idat"),
            _ => None,
        };
        let mut found: Vec<&[u8]> = Vec::new();
        for _ in 0..pieces {
            if version > 0 {
                list.take(of_index)?;
            }
            let (offset, length) = (list.take(of_offset)?, list.take(of_length)?);
            if is_wanted {
                let start = usize::try_from(base.checked_add(offset)?).ok()?;
                let rest = from?.get(start..)?;
                // A length of 0 is all of it.
                let length = if length == 0 {
                    rest.len()
                } else {
                    usize::try_from(length).ok()?
                };
                found.push(rest.get(..length.min(LONGEST))?);
            }
        }
        if is_wanted {
            return match *found.as_slice() {
                [] => None,
                [one] => Some(Cow::Borrowed(one)),
                _ if pieces > MOST_PIECES => None,
                _ => Some(Cow::Owned(found.concat())),
            };
        }
    }
    None
}

/// Numbers of any length, one behind the other.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn take(&mut self, bytes: usize) -> Option<u64> {
        if !matches!(bytes, 0..=4 | 8) {
            return None;
        }
        let (number, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(number.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
    }
}

/// What `colr` of an item says. A profile goes before code points.
fn colours(meta: &[u8], id: u32) -> Option<Told> {
    let properties = first(meta, *b"iprp")?;
    let container: Vec<_> = boxes(first(properties, *b"ipco")?).collect();
    let mut lists = boxes(properties).filter(|(name, _)| name == b"ipma");
    let entries = lists.find_map(|(_, body)| associations(id, body))?;
    let mut told = Told::default();
    let of_item = entries.into_iter().filter_map(|entry| property(&container, entry));
    for colr in of_item.filter(|property| &property.name == b"colr") {
        match colr.body.split_first_chunk::<4>() {
            Some((b"nclx", &[_, primaries, _, transfer, ..])) => told.cicp = Some(Cicp { primaries, transfer }),
            Some((b"prof" | b"rICC", icc)) => told.icc = Some(icc.to_vec()),
            _ => {}
        }
    }
    (told != Told::default()).then_some(told)
}

/// A number of 16 or 32 bits as wide as the field that it goes into.
pub(crate) fn written(number: u32, into: usize) -> Option<Vec<u8>> {
    match into {
        2 => Some(u16::try_from(number).ok()?.to_be_bytes().to_vec()),
        4 => Some(number.to_be_bytes().to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::boxed;

    /// Item 1 is a picture, 2 a gain map, 3 what they make; the primary one is told.
    fn file(shown: u8, version: u8, in_meta: bool) -> Vec<u8> {
        let head = boxed(*b"ftyp", &[b"avif\0\0\0\0"]);
        let data = boxed(*b"mdat", &[b"--parameters--"]);
        let infe = |id: u8, kind: &[u8]| boxed(*b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], kind, &[0]]);
        let nclx = boxed(*b"colr", &[b"nclx", &[0, 12, 0, 13, 0, 0, 0x80]]);
        let place = if in_meta { 2_u32 } else { 26 };
        let method: &[u8] = match (version, in_meta) {
            (0, _) => &[],
            (_, true) => &[0, 1],
            (_, false) => &[0, 0],
        };
        let count: &[u8] = if version < 2 { &[0, 1] } else { &[0, 0, 0, 1] };
        let id: &[u8] = if version < 2 { &[0, 3] } else { &[0, 0, 0, 3] };
        let places = [&place.to_be_bytes()[..], &10_u32.to_be_bytes()].concat();
        let meta = boxed(
            *b"meta",
            &[
                &[0; 4],
                &boxed(*b"pitm", &[&[0, 0, 0, 0, 0, shown]]),
                &boxed(
                    *b"iinf",
                    &[
                        &[0, 0, 0, 0, 0, 3],
                        &infe(1, b"av01"),
                        &infe(2, b"av01"),
                        &infe(3, b"tmap"),
                    ],
                ),
                &boxed(*b"iref", &[&[0; 4], &boxed(*b"dimg", &[&[0, 3, 0, 2, 0, 1, 0, 2]])]),
                &boxed(
                    *b"iloc",
                    &[&[version, 0, 0, 0, 0x44, 0], count, id, method, &[0, 0, 0, 1], &places],
                ),
                &boxed(
                    *b"iprp",
                    &[
                        &boxed(*b"ipco", &[&nclx]),
                        &boxed(*b"ipma", &[&[0, 0, 0, 0, 0, 0, 0, 1], &[0, 3, 1, 1]]),
                    ],
                ),
                &boxed(*b"idat", &[b"--parameters--"]),
            ],
        );
        [head, data, meta].concat()
    }

    #[test]
    fn what_is_made_of_the_primary_picture_is_found() {
        for (shown, version, in_meta) in [(1, 0, false), (1, 1, true), (1, 2, false), (3, 1, false)] {
            let file = file(shown, version, in_meta);
            let found = tone_map(&file).unwrap();
            assert_eq!((found.base, found.map), (1, 2));
            assert_eq!(&found.metadata[..], b"parameters");
            let colours = found.colours.unwrap().cicp.unwrap();
            assert_eq!((colours.primaries, colours.transfer), (12, 13));
            assert_eq!(primary_tone_map(&file).map(|(_, base)| base), (shown == 3).then_some(1));
        }
        assert_eq!(tone_map(&file(2, 1, false)), None, "it is made of another one");
    }

    #[test]
    fn what_is_cut_off_has_none() {
        let whole = file(1, 1, true);
        for end in 0..whole.len() {
            let _ = (tone_map(&whole[..end]), primary_tone_map(&whole[..end]));
        }
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] = 0xFF;
            let _ = (tone_map(&broken), primary_tone_map(&broken));
        }
    }
}
