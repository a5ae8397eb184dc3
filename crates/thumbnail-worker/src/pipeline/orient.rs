//! Which way up: the eight EXIF orientations, applied to the small picture.

use serde::{Deserialize, Serialize};

use super::error::PictureError;
use super::raster::{Channels, Raster, Samples, Size};

/// EXIF `Orientation`: what to do with the stored pixels to see the picture upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Orientation {
    /// 1: nothing.
    #[default]
    Upright,
    /// 2: left and right exchanged.
    Mirrored,
    /// 3: half a turn.
    HalfTurn,
    /// 4: top and bottom exchanged.
    Flipped,
    /// 5: rows become columns.
    Transposed,
    /// 6: a quarter turn clockwise.
    Clockwise,
    /// 7: rows become columns from the far end.
    Transversed,
    /// 8: a quarter turn counter-clockwise.
    CounterClockwise,
}

impl Orientation {
    /// From the number in the file; others than 1 to 8 mean nothing.
    pub const fn from_exif(value: u32) -> Option<Self> {
        Some(match value {
            1 => Self::Upright,
            2 => Self::Mirrored,
            3 => Self::HalfTurn,
            4 => Self::Flipped,
            5 => Self::Transposed,
            6 => Self::Clockwise,
            7 => Self::Transversed,
            8 => Self::CounterClockwise,
            _ => return None,
        })
    }

    /// As EXIF writes it: 1 to 8.
    pub const fn exif(self) -> u8 {
        match self {
            Self::Upright => 1,
            Self::Mirrored => 2,
            Self::HalfTurn => 3,
            Self::Flipped => 4,
            Self::Transposed => 5,
            Self::Clockwise => 6,
            Self::Transversed => 7,
            Self::CounterClockwise => 8,
        }
    }

    /// Left and right exchanged first or not, then so many quarter turns clockwise.
    const fn steps(self) -> (bool, u8) {
        match self {
            Self::Upright => (false, 0),
            Self::Clockwise => (false, 1),
            Self::HalfTurn => (false, 2),
            Self::CounterClockwise => (false, 3),
            Self::Mirrored => (true, 0),
            Self::Transversed => (true, 1),
            Self::Flipped => (true, 2),
            Self::Transposed => (true, 3),
        }
    }

    const fn of_steps(is_mirrored: bool, quarters: u8) -> Self {
        match (is_mirrored, quarters % 4) {
            (false, 0) => Self::Upright,
            (false, 1) => Self::Clockwise,
            (false, 2) => Self::HalfTurn,
            (false, _) => Self::CounterClockwise,
            (true, 0) => Self::Mirrored,
            (true, 1) => Self::Transversed,
            (true, 2) => Self::Flipped,
            (true, _) => Self::Transposed,
        }
    }

    /// This, and then some quarter turns clockwise.
    pub(super) const fn then_turned(self, quarters: u8) -> Self {
        let (is_mirrored, before) = self.steps();
        Self::of_steps(is_mirrored, before + quarters % 4)
    }

    /// This, and then left and right exchanged (`sideways`), or top and bottom.
    pub(super) const fn then_mirrored(self, sideways: bool) -> Self {
        let (is_mirrored, before) = self.steps();
        // A turn before a mirror is the opposite turn behind it; top and bottom are half a turn more.
        let behind = 4 - before + if sideways { 0 } else { 2 };
        Self::of_steps(!is_mirrored, behind)
    }

    /// Whether width and height change places.
    pub const fn swaps_sides(self) -> bool {
        matches!(
            self,
            Self::Transposed | Self::Clockwise | Self::Transversed | Self::CounterClockwise
        )
    }

    /// The size of a picture once it is upright.
    pub(super) const fn turned(self, size: Size) -> Size {
        if self.swaps_sides() {
            Size {
                width: size.height,
                height: size.width,
            }
        } else {
            size
        }
    }
}

/// Turns an 8-bit picture upright.
pub(super) fn turn(raster: Raster, orientation: Orientation) -> Result<Raster, PictureError> {
    if orientation == Orientation::Upright {
        return Ok(raster);
    }
    let Raster {
        size,
        channels,
        samples,
    } = raster;
    let turned = match (&samples, channels) {
        (Samples::U8(samples), Channels::Rgb) => turn_pixels::<3>(samples, size, orientation),
        (Samples::U8(samples), Channels::Rgba) => turn_pixels::<4>(samples, size, orientation),
        _ => return Err(PictureError::internal("turning", "colours were not converted before")),
    };
    Ok(Raster::of_bytes(orientation.turned(size), channels, turned))
}

fn turn_pixels<const N: usize>(samples: &[u8], size: Size, orientation: Orientation) -> Vec<u8> {
    let (source, _) = samples.as_chunks::<N>();
    let (width, last) = (super::num::usize_of(size.width), source.len().saturating_sub(1));
    let back = |step: usize| 0_usize.wrapping_sub(step);
    // Index of the source pixel of the upper left corner, and the way to its right and lower neighbours.
    let (start, right, down) = match orientation {
        Orientation::Upright => (0, 1, width),
        Orientation::Mirrored => (width - 1, back(1), width),
        Orientation::HalfTurn => (last, back(1), back(width)),
        Orientation::Flipped => (last + 1 - width, 1, back(width)),
        Orientation::Transposed => (0, width, 1),
        Orientation::Clockwise => (last + 1 - width, back(width), 1),
        Orientation::Transversed => (last, back(width), back(1)),
        Orientation::CounterClockwise => (width - 1, width, back(1)),
    };
    let mut turned = vec![0; samples.len()];
    let row_length = super::num::usize_of(orientation.turned(size).width);
    let (pixels, _) = turned.as_chunks_mut::<N>();
    let mut row_start: usize = start;
    for row in pixels.chunks_exact_mut(row_length) {
        let mut index = row_start;
        for pixel in row {
            if let Some(found) = source.get(index) {
                *pixel = *found;
            }
            index = index.wrapping_add(right);
        }
        row_start = row_start.wrapping_add(down);
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Six pixels in two rows, told apart by their first channel.
    fn turned(value: u32) -> (u32, Vec<u8>) {
        let pixels = [1, 2, 3, 4, 5, 6].iter().flat_map(|&name| [name, 0, 0]).collect();
        let raster = Raster::of_bytes(Size { width: 3, height: 2 }, Channels::Rgb, pixels);
        let turned = turn(raster, Orientation::from_exif(value).unwrap()).unwrap();
        let Samples::U8(samples) = turned.samples else {
            panic!("8 bits went in")
        };
        (turned.size.width, samples.iter().step_by(3).copied().collect())
    }

    /// Two steps one after the other do what their sum does.
    #[test]
    fn steps_add_up() {
        let pixels = (1..=6).flat_map(|name| [name, 0, 0]).collect();
        let raster = Raster::of_bytes(Size { width: 3, height: 2 }, Channels::Rgb, pixels);
        let samples = |raster: &Raster| match &raster.samples {
            Samples::U8(samples) => samples.clone(),
            Samples::U16(_) => panic!("8 bits went in"),
        };
        let cases = [
            (Orientation::Clockwise, 1, None),
            (Orientation::HalfTurn, 2, None),
            (Orientation::CounterClockwise, 3, None),
            (Orientation::Mirrored, 0, Some(true)),
            (Orientation::Flipped, 0, Some(false)),
        ];
        for value in 1..=8 {
            let first = Orientation::from_exif(value).unwrap();
            for (step, quarters, mirror) in cases {
                let sum = mirror.map_or_else(|| first.then_turned(quarters), |sideways| first.then_mirrored(sideways));
                let twice = turn(turn(raster.clone(), first).unwrap(), step).unwrap();
                let once = turn(raster.clone(), sum).unwrap();
                assert_eq!(
                    (once.size, samples(&once)),
                    (twice.size, samples(&twice)),
                    "{first:?} {step:?}"
                );
            }
        }
    }

    #[test]
    fn all_eight() {
        assert_eq!(turned(1), (3, vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(turned(2), (3, vec![3, 2, 1, 6, 5, 4]));
        assert_eq!(turned(3), (3, vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(turned(4), (3, vec![4, 5, 6, 1, 2, 3]));
        assert_eq!(turned(5), (2, vec![1, 4, 2, 5, 3, 6]));
        assert_eq!(turned(6), (2, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turned(7), (2, vec![6, 3, 5, 2, 4, 1]));
        assert_eq!(turned(8), (2, vec![3, 6, 2, 5, 1, 4]));
        assert_eq!(Orientation::from_exif(0), None);
        for value in 1..=8 {
            assert_eq!(u32::from(Orientation::from_exif(value).unwrap().exif()), value);
        }
        assert_eq!(Orientation::from_exif(9), None);
    }
}
