//! Boxes of HEIF (ISO/IEC 14496-12 and 23008-12), as far as they tell how the primary picture is turned, and what is made of it by a
//! gain map: decoders turn it by themselves, and do not tell; of gain maps they know nothing.

mod tone_map;

pub(crate) use self::tone_map::{ToneMap, primary_tone_map, tone_map, written};

use crate::pipeline::num::usize_of;
use crate::pipeline::orient::Orientation;

/// Boxes that are looked at in one place: real files have some dozens of properties and fewer of the others.
const MOST_BOXES: usize = 65_536;

/// A box: its name, and its bytes behind the head.
type Named<'a> = ([u8; 4], &'a [u8]);

/// A property of a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Property<'a> {
    pub(crate) name: [u8; 4],
    /// What it says.
    pub(crate) body: &'a [u8],
    /// Where the file says that the picture has it.
    pub(crate) entry: &'a [u8],
}

impl Property<'_> {
    /// Which way up the picture is after it, if it turns.
    pub(crate) fn turn(&self, before: Orientation) -> Option<Orientation> {
        let value = *self.body.first()?;
        match &self.name {
            // Quarter turns against the clock.
            b"irot" => Some(before.then_turned(4 - (value & 3))),
            b"imir" => Some(before.then_mirrored(value & 1 == 1)),
            _ => None,
        }
    }
}

/// How the primary picture is turned for viewing, by all of its turns and mirrors in their order; upright where none is told.
pub(crate) fn orientation(bytes: &[u8]) -> Orientation {
    let properties = of_primary(bytes).unwrap_or_default();
    properties.iter().fold(Orientation::Upright, |before, property| {
        property.turn(before).unwrap_or(before)
    })
}

/// The properties of the primary picture in their order; nothing where the boxes are not as they always are.
pub(crate) fn of_primary(bytes: &[u8]) -> Option<Vec<Property<'_>>> {
    // A full box: version and flags come first.
    let meta = first(bytes, *b"meta")?.get(4..)?;
    let item = primary(first(meta, *b"pitm")?)?;
    let properties = first(meta, *b"iprp")?;
    let container: Vec<Named<'_>> = boxes(first(properties, *b"ipco")?).collect();
    let mut lists = boxes(properties).filter(|(name, _)| name == b"ipma");
    let entries = lists.find_map(|(_, body)| associations(item, body))?;
    Some(
        entries
            .into_iter()
            .filter_map(|entry| property(&container, entry))
            .collect(),
    )
}

/// The property of this number, from 1.
fn property<'a>(container: &[Named<'a>], (index, entry): (usize, &'a [u8])) -> Option<Property<'a>> {
    let &(name, body) = container.get(index.checked_sub(1)?)?;
    Some(Property { name, body, entry })
}

/// Boxes one behind the other, up to one that is cut off, which is taken as far as it goes.
pub(crate) fn boxes(bytes: &[u8]) -> impl Iterator<Item = Named<'_>> {
    let mut rest = bytes;
    let next = move || {
        let (head, _) = rest.split_first_chunk::<8>()?;
        let &[l0, l1, l2, l3, n0, n1, n2, n3] = head;
        let (head, length) = match u32::from_be_bytes([l0, l1, l2, l3]) {
            0 => (8, rest.len()),
            1 => {
                let long = rest.get(8..)?.first_chunk::<8>()?;
                (16, usize::try_from(u64::from_be_bytes(*long)).ok()?)
            }
            length => (8, usize_of(length)),
        };
        let body = rest.get(head..length.min(rest.len()))?;
        rest = rest.get(length..).unwrap_or_default();
        Some(([n0, n1, n2, n3], body))
    };
    std::iter::from_fn(next).take(MOST_BOXES)
}

fn first(bytes: &[u8], wanted: [u8; 4]) -> Option<&[u8]> {
    boxes(bytes).find(|(name, _)| *name == wanted).map(|(_, body)| body)
}

/// The item that is shown.
fn primary(body: &[u8]) -> Option<u32> {
    let (version, mut rest) = (body.first()?, body.get(4..)?);
    item(&mut rest, *version >= 1)
}

/// The numbers of the properties of an item, from 1, in their order, and where each is written.
fn associations(wanted: u32, body: &[u8]) -> Option<Vec<(usize, &[u8])>> {
    let (head, mut rest) = body.split_first_chunk::<8>()?;
    let &[version, _, _, flags, c0, c1, c2, c3] = head;
    for _ in 0..u32::from_be_bytes([c0, c1, c2, c3]) {
        let id = item(&mut rest, version >= 1)?;
        let (count, after) = rest.split_first()?;
        let size = if flags & 1 == 1 { 2 } else { 1 };
        let (list, after) = after.split_at_checked(usize::from(*count) * size)?;
        rest = after;
        if id == wanted {
            // The highest bit only says that readers must know the property.
            let index = |entry: &[u8]| match *entry {
                [high, low] => usize::from(u16::from_be_bytes([high & 0x7F, low])),
                [index] => usize::from(index & 0x7F),
                _ => 0,
            };
            return Some(list.chunks(size).map(|entry| (index(entry), entry)).collect());
        }
    }
    None
}

/// Takes the number of an item off the front, of 4 bytes or of 2.
fn item(rest: &mut &[u8], is_long: bool) -> Option<u32> {
    if is_long {
        let (id, after) = rest.split_first_chunk::<4>()?;
        *rest = after;
        Some(u32::from_be_bytes(*id))
    } else {
        let (id, after) = rest.split_first_chunk::<2>()?;
        *rest = after;
        Some(u32::from(u16::from_be_bytes(*id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::boxed;

    /// Item 2 is primary and has the properties 2 and 3; item 1 has number 1.
    fn file(properties: &[Vec<u8>], of_primary: &[u8]) -> Vec<u8> {
        let container = boxed(*b"ipco", &properties.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let count = u8::try_from(of_primary.len()).unwrap();
        let lists = boxed(
            *b"ipma",
            &[&[0, 0, 0, 0, 0, 0, 0, 2], &[0, 1, 1, 1], &[0, 2, count], of_primary],
        );
        let properties = boxed(*b"iprp", &[&container, &lists]);
        let primary = boxed(*b"pitm", &[&[0, 0, 0, 0, 0, 2]]);
        let meta = boxed(*b"meta", &[&[0; 4], &primary, &properties]);
        [boxed(*b"ftyp", &[b"heic"]), meta].concat()
    }

    fn irot(quarters: u8) -> Vec<u8> {
        boxed(*b"irot", &[&[quarters]])
    }

    fn imir(mode: u8) -> Vec<u8> {
        boxed(*b"imir", &[&[mode]])
    }

    #[test]
    fn the_turn_of_the_primary_picture_counts_and_no_other() {
        let other = boxed(*b"ispe", &[&[0; 12]]);
        let of = |second: Vec<u8>, third: Vec<u8>| orientation(&file(&[irot(1), second, third], &[0x82, 3]));
        assert_eq!(of(irot(3), other.clone()), Orientation::Clockwise);
        assert_eq!(of(irot(1), other.clone()), Orientation::CounterClockwise);
        assert_eq!(of(irot(2), other.clone()), Orientation::HalfTurn);
        assert_eq!(of(other.clone(), irot(0)), Orientation::Upright);
        assert_eq!(of(imir(1), other.clone()), Orientation::Mirrored);
        assert_eq!(of(imir(0), other), Orientation::Flipped);
        assert_eq!(of(irot(1), imir(1)), Orientation::Transversed);
        assert_eq!(of(imir(1), irot(1)), Orientation::Transposed);
        assert_eq!(orientation(&file(&[irot(1)], &[])), Orientation::Upright);
    }

    #[test]
    fn what_is_cut_off_or_endless_is_upright() {
        let whole = file(&[irot(1), irot(3)], &[2]);
        for end in 0..whole.len() {
            let _ = orientation(&whole[..end]);
        }
        assert_eq!(orientation(b""), Orientation::Upright);
        // A length below that of its head, and one beyond all.
        assert_eq!(orientation(b"\0\0\0\x02meta\0\0\0\0"), Orientation::Upright);
        let endless = b"\0\0\0\x01meta\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0";
        assert_eq!(orientation(endless), Orientation::Upright);
        // A box to the end of the file.
        let start = whole.windows(4).position(|name| name == b"meta").unwrap() - 4;
        let mut to_the_end = whole;
        to_the_end[start..start + 4].fill(0);
        assert_eq!(orientation(&to_the_end), Orientation::Clockwise);
    }
}
