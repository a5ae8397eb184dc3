//! A picture in memory.

use serde::{Deserialize, Serialize};

use super::num::usize_of;

/// What one pixel is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Channels {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
    /// Ink, 0 is none.
    Cmyk,
}

impl Channels {
    pub(crate) const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Cmyk => 4,
        }
    }

    pub(crate) const fn has_alpha(self) -> bool {
        matches!(self, Self::GreyAlpha | Self::Rgba)
    }

    /// The same without its alpha channel.
    const fn opaque(self) -> Self {
        match self {
            Self::GreyAlpha => Self::Grey,
            Self::Rgba => Self::Rgb,
            other => other,
        }
    }
}

/// The samples of all pixels, row by row without gaps, channels interleaved, alpha not premultiplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Samples {
    U8(Vec<u8>),
    U16(Vec<u16>),
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

impl Size {
    /// The smallest size of the same shape whose shorter side is `shorter`, or this size when it is already smaller.
    #[must_use]
    pub fn with_shorter_side(self, shorter: u32) -> Self {
        self.scaled(f64::from(shorter) / f64::from(self.width.min(self.height).max(1)))
    }

    /// The same shape with no side longer than `longest`.
    #[must_use]
    pub fn within(self, longest: u32) -> Self {
        self.scaled(f64::from(longest) / f64::from(self.width.max(self.height).max(1)))
    }

    /// Scaled down; a factor of 1 or more changes nothing.
    fn scaled(self, factor: f64) -> Self {
        if factor >= 1.0 {
            return self;
        }
        let side = |length: u32| super::num::pixels(f64::from(length) * factor);
        Self {
            width: side(self.width),
            height: side(self.height),
        }
    }

    pub(crate) const fn pixels(self) -> usize {
        usize_of(self.width) * usize_of(self.height)
    }
}

/// A picture in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Raster {
    pub(crate) size: Size,
    pub(crate) channels: Channels,
    pub(crate) samples: Samples,
}

impl Raster {
    pub(crate) fn of_bytes(size: Size, channels: Channels, bytes: Vec<u8>) -> Self {
        debug_assert_eq!(bytes.len(), size.pixels() * channels.count());
        Self {
            size,
            channels,
            samples: Samples::U8(bytes),
        }
    }

    /// A picture of 8 bits, if there is a sample for every channel of every pixel.
    pub(crate) fn of_bytes_checked(size: Size, channels: Channels, bytes: Vec<u8>) -> Option<Self> {
        let raster = Self {
            size,
            channels,
            samples: Samples::U8(bytes),
        };
        raster.is_complete().then_some(raster)
    }

    /// A part of it, which lies within it.
    pub(crate) fn cropped(self, left: u32, top: u32, size: Size) -> Self {
        if size == self.size {
            return self;
        }
        let (whole, count) = (self.size, self.channels.count());
        let samples = match self.samples {
            Samples::U8(samples) => Samples::U8(part(&samples, whole, count, (left, top), size)),
            Samples::U16(samples) => Samples::U16(part(&samples, whole, count, (left, top), size)),
        };
        Self {
            size,
            channels: self.channels,
            samples,
        }
    }

    /// Whether there is a sample for every channel of every pixel.
    pub(crate) fn is_complete(&self) -> bool {
        let samples = match &self.samples {
            Samples::U8(samples) => samples.len(),
            Samples::U16(samples) => samples.len(),
        };
        samples == self.size.pixels() * self.channels.count()
    }

    /// Drops an alpha channel that hides nothing: a quarter less to resize, and nothing to premultiply.
    pub(crate) fn without_opaque_alpha(self) -> Self {
        if !self.channels.has_alpha() || self.is_transparent() {
            return self;
        }
        let channels = self.channels.opaque();
        let samples = match self.samples {
            Samples::U8(samples) => Samples::U8(drop_last(&samples, self.channels.count())),
            Samples::U16(samples) => Samples::U16(drop_last(&samples, self.channels.count())),
        };
        Self {
            size: self.size,
            channels,
            samples,
        }
    }

    /// The same colours as they are without their alpha, for files that store them multiplied by it.
    pub(crate) fn unassociated(mut self) -> Self {
        let count = self.channels.count();
        if self.channels.has_alpha() {
            match &mut self.samples {
                Samples::U8(samples) => divide_by_last(samples, count, u8::MAX),
                Samples::U16(samples) => divide_by_last(samples, count, u16::MAX),
            }
        }
        self
    }

    /// Whether any pixel lets the background through.
    pub(crate) fn is_transparent(&self) -> bool {
        let step = self.channels.count();
        self.channels.has_alpha()
            && match &self.samples {
                Samples::U8(samples) => samples
                    .iter()
                    .skip(step - 1)
                    .step_by(step)
                    .any(|&alpha| alpha != u8::MAX),
                Samples::U16(samples) => samples
                    .iter()
                    .skip(step - 1)
                    .step_by(step)
                    .any(|&alpha| alpha != u16::MAX),
            }
    }
}

/// The samples without the last of each `count`.
fn drop_last<T: Copy>(samples: &[T], count: usize) -> Vec<T> {
    let mut kept = Vec::with_capacity(samples.len() / count * (count - 1));
    for pixel in samples.chunks_exact(count) {
        if let Some((_, rest)) = pixel.split_last() {
            kept.extend_from_slice(rest);
        }
    }
    kept
}

/// Each of `count` samples divided by the last of them, which is a share of `most`.
fn divide_by_last<T: Copy + Into<u32> + TryFrom<u32>>(samples: &mut [T], count: usize, most: T) {
    let whole: u32 = most.into();
    for pixel in samples.chunks_exact_mut(count) {
        let Some((alpha, colours)) = pixel.split_last_mut() else {
            continue;
        };
        let alpha: u32 = (*alpha).into();
        if alpha == 0 || alpha == whole {
            continue;
        }
        for colour in colours {
            let value: u32 = (*colour).into();
            // At most 65535 * 65535 + 32767: it fits.
            *colour = T::try_from((value * whole + alpha / 2) / alpha).unwrap_or(most);
        }
    }
}

fn part<T: Copy>(samples: &[T], whole: Size, count: usize, (left, top): (u32, u32), size: Size) -> Vec<T> {
    let rows = samples.chunks_exact((usize_of(whole.width) * count).max(1));
    let rows = rows.skip(usize_of(top)).take(usize_of(size.height));
    let (from, length) = (usize_of(left) * count, usize_of(size.width) * count);
    rows.flat_map(|row| row.get(from..).unwrap_or_default().iter().take(length).copied())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_the_shape_and_never_grow() {
        let photo = Size {
            width: 4000,
            height: 3000,
        };
        assert_eq!(
            photo.with_shorter_side(1440),
            Size {
                width: 1920,
                height: 1440
            }
        );
        let recorded = Size {
            width: 512,
            height: 341,
        };
        assert_eq!(
            recorded.with_shorter_side(250),
            Size {
                width: 375,
                height: 250
            }
        );
        assert_eq!(
            Size {
                width: 600,
                height: 315
            }
            .with_shorter_side(250),
            Size {
                width: 476,
                height: 250
            }
        );
        assert_eq!(recorded.with_shorter_side(1440), recorded);
        assert_eq!(
            Size {
                width: 60_000,
                height: 1
            }
            .within(100),
            Size { width: 100, height: 1 }
        );
    }

    #[test]
    fn a_part_is_what_lies_there() {
        let whole = Raster::of_bytes(Size { width: 3, height: 3 }, Channels::Grey, (0..9).collect());
        let size = Size { width: 2, height: 1 };
        let part = Raster::of_bytes(size, Channels::Grey, vec![7, 8]);
        assert_eq!(whole.clone().cropped(1, 2, size), part);
        assert_eq!(whole.clone().cropped(0, 0, whole.size), whole);
    }

    #[test]
    fn colours_multiplied_by_alpha_are_divided_again() {
        let size = Size { width: 3, height: 1 };
        let stored = vec![100, 50, 0, 128, 200, 0, 0, 100, 7, 7, 7, 0];
        let divided = Raster::of_bytes(size, Channels::Rgba, stored).unassociated();
        let expected = vec![199, 100, 0, 128, 255, 0, 0, 100, 7, 7, 7, 0];
        assert_eq!(divided.samples, Samples::U8(expected));
    }

    #[test]
    fn an_alpha_channel_that_hides_nothing_is_dropped() {
        let size = Size { width: 2, height: 1 };
        let opaque = Raster::of_bytes(size, Channels::Rgba, vec![1, 2, 3, 255, 4, 5, 6, 255]).without_opaque_alpha();
        assert_eq!(opaque, Raster::of_bytes(size, Channels::Rgb, vec![1, 2, 3, 4, 5, 6]));
        let clear = Raster::of_bytes(size, Channels::GreyAlpha, vec![1, 255, 2, 254]);
        assert_eq!(clear.clone().without_opaque_alpha(), clear);
    }
}
