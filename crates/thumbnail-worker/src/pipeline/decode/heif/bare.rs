//! A file of which libheif gives the primary picture as it is stored, and what is to be done with it then.
//!
//! libheif turns and crops by itself. But it bounds the decoder by the size of the cropped picture, which the stored one may be far
//! beyond; it turns what is much larger than what is needed; and it does not take a table of contents (`meta`) that says that it goes
//! on to the end of the file.

use std::borrow::Cow;

use crate::pipeline::container::heif::{boxes, of_primary, primary_tone_map, written};
use crate::pipeline::orient::Orientation;
use crate::pipeline::raster::Size;

/// The file with lengths that libheif takes, and a primary picture that it knows.
pub(super) fn mended(bytes: &[u8]) -> Cow<'_, [u8]> {
    let mended = with_length(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned);
    with_base(&mended).map_or(mended, Cow::Owned)
}

/// What is made by a gain map gives its place to the picture that it is made of.
fn with_base(bytes: &[u8]) -> Option<Vec<u8>> {
    let (field, base) = primary_tone_map(bytes)?;
    let number = written(base, field.len())?;
    let start = place(bytes, field)?;
    let mut changed = bytes.to_vec();
    changed.get_mut(start..start + number.len())?.copy_from_slice(&number);
    Some(changed)
}

fn with_length(bytes: &[u8]) -> Option<Vec<u8>> {
    let (name, body) = boxes(bytes).last().filter(|(name, _)| name == b"meta")?;
    debug_assert_eq!(&name, b"meta");
    let start = place(bytes, body)?.checked_sub(8)?;
    let field = bytes.get(start..start + 4)?;
    let length = u32::try_from(bytes.len() - start).ok().filter(|_| field == [0; 4])?;
    let mut mended = bytes.to_vec();
    mended.get_mut(start..start + 4)?.copy_from_slice(&length.to_be_bytes());
    Some(mended)
}

/// Where a part begins in the whole that it is of.
fn place(whole: &[u8], part: &[u8]) -> Option<usize> {
    let at = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
    (at <= whole.len()).then_some(at)
}

/// What makes the shown picture of the stored one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    /// Pixels as stored.
    pub(super) stored: Size,
    /// First, this part is taken.
    pub(super) area: Area,
    /// Then it is turned.
    pub(super) orientation: Orientation,
}

/// A part of a picture, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: u32,
    pub(super) top: u32,
    pub(super) size: Size,
}

/// A file, and what is to be done to its primary picture.
pub(super) type Bare<'a> = (Cow<'a, [u8]>, Shape);

/// The same file with a primary picture that is neither cropped nor turned, and what was to be done to it; nothing where the boxes
/// are not as they always are.
pub(super) fn bare(bytes: &[u8]) -> Option<Bare<'_>> {
    let properties = of_primary(bytes)?;
    let stored = properties.iter().find(|property| &property.name == b"ispe");
    let stored = sides(stored?.body)?;
    let whole = Area {
        left: 0,
        top: 0,
        size: stored,
    };
    let mut shape = Shape {
        stored,
        area: whole,
        orientation: Orientation::Upright,
    };
    let mut steps = Vec::new();
    for property in &properties {
        match &property.name {
            b"clap" if shape.area == whole && shape.orientation == Orientation::Upright => {
                shape.area = aperture(property.body, stored)?;
            }
            b"irot" | b"imir" => shape.orientation = property.turn(shape.orientation)?,
            // Cropped twice, or after it was turned, or scaled.
            b"clap" | b"iscl" => return None,
            _ => continue,
        }
        steps.push((place(bytes, property.entry)?, property.entry.len()));
    }
    if steps.is_empty() {
        return Some((Cow::Borrowed(bytes), shape));
    }
    let mut bare = bytes.to_vec();
    for (at, length) in steps {
        // Property 0 is none.
        bare.get_mut(at..at + length)?.fill(0);
    }
    Some((Cow::Owned(bare), shape))
}

/// Width and height of `ispe`, a full box.
fn sides(body: &[u8]) -> Option<Size> {
    let size = Size {
        width: word(body, 1)?,
        height: word(body, 2)?,
    };
    (size.width > 0 && size.height > 0).then_some(size)
}

fn word(body: &[u8], index: usize) -> Option<u32> {
    body.get(index * 4..)?
        .first_chunk::<4>()
        .map(|word| u32::from_be_bytes(*word))
}

/// The clean aperture (ISO/IEC 14496-12, 12.1.4): width, height, and how far its centre lies from that of the picture, as fractions.
fn aperture(body: &[u8], stored: Size) -> Option<Area> {
    let length = |index: usize| {
        let (above, below) = (word(body, index)?, word(body, index + 1)?);
        (below > 0).then(|| f64::from(above) / f64::from(below))
    };
    let offset = |index: usize| {
        let (above, below) = (word(body, index)?, word(body, index + 1)?);
        // Only the upper number has a sign.
        (below > 0).then(|| f64::from(above.cast_signed()) / f64::from(below))
    };
    let (left, width) = side(length(0)?, offset(4)?, stored.width)?;
    let (top, height) = side(length(2)?, offset(6)?, stored.height)?;
    Some(Area {
        left,
        top,
        size: Size { width, height },
    })
}

/// Beginning and length within a side.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to a length in pixels; `as` maps NaN to 0"
)]
fn side(length: f64, offset: f64, whole: u32) -> Option<(u32, u32)> {
    let begins = (offset + (f64::from(whole) - 1.0) / 2.0 - (length.round() - 1.0) / 2.0).floor();
    let ends = (begins + length.round()).clamp(0.0, f64::from(whole));
    let (begins, ends) = (begins.clamp(0.0, f64::from(whole)) as u32, ends as u32);
    let length = ends.checked_sub(begins).filter(|length| *length > 0)?;
    Some((begins, length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::boxed;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// Item 1 is primary and has these properties behind its size of 640 by 480.
    fn file(properties: &[Vec<u8>]) -> Vec<u8> {
        let size = boxed(*b"ispe", &[&words(&[0, 640, 480])]);
        let all: Vec<&[u8]> = std::iter::once(&size).chain(properties).map(Vec::as_slice).collect();
        let count = u8::try_from(all.len()).unwrap();
        let entries: Vec<u8> = (1..=count).map(|index| 0x80 | index).collect();
        let lists = boxed(*b"ipma", &[&[0, 0, 0, 0, 0, 0, 0, 1], &[0, 1, count], &entries]);
        let properties = boxed(*b"iprp", &[&boxed(*b"ipco", &all), &lists]);
        let meta = boxed(
            *b"meta",
            &[&[0; 4], &boxed(*b"pitm", &[&[0, 0, 0, 0, 0, 1]]), &properties],
        );
        [boxed(*b"ftyp", &[b"heic"]), meta].concat()
    }

    fn clap(width: u32, height: u32, right: i32, down: i32) -> Vec<u8> {
        let words = words(&[width, 1, height, 1, right.cast_unsigned(), 2, down.cast_unsigned(), 2]);
        boxed(*b"clap", &[&words])
    }

    #[test]
    fn what_crops_and_turns_is_told_and_taken_away() {
        let file = file(&[clap(320, 200, 20, -40), boxed(*b"irot", &[&[3]])]);
        let (stripped, shape) = bare(&file).unwrap();
        assert_eq!(shape.orientation, Orientation::Clockwise);
        let size = Size {
            width: 320,
            height: 200,
        };
        let area = Area {
            left: 170,
            top: 120,
            size,
        };
        assert_eq!(shape.area, area);
        let (again, plain) = bare(&stripped).unwrap();
        assert!(matches!(again, Cow::Borrowed(_)));
        assert_eq!(
            (plain.area.size, plain.orientation),
            (shape.stored, Orientation::Upright)
        );
    }

    #[test]
    fn what_is_unusual_is_left_to_libheif() {
        let irot = || boxed(*b"irot", &[&[1]]);
        assert!(bare(&file(&[irot(), clap(320, 200, 0, 0)])).is_none());
        assert!(bare(&file(&[boxed(*b"iscl", &[&[0; 12]])])).is_none());
        assert!(bare(&file(&[clap(320, 200, 9_999, 0)])).is_none());
        assert!(bare(&file(&[boxed(*b"clap", &[&[0; 32]])])).is_none());
        let whole = file(&[clap(320, 200, 0, 0), irot()]);
        for end in 0..whole.len() {
            drop((bare(&whole[..end]), mended(&whole[..end])));
        }
    }

    #[test]
    fn a_table_of_contents_to_the_end_gets_a_length() {
        let whole = file(&[]);
        assert!(matches!(mended(&whole), Cow::Borrowed(_)));
        let start = whole.windows(4).position(|name| name == b"meta").unwrap() - 4;
        let mut endless = whole.clone();
        endless[start..start + 4].fill(0);
        assert_eq!(mended(&endless), whole);
    }
}
