//! Whole pictures, by `fast_image_resize`, in 16 bits of linear light.

use std::sync::LazyLock;

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

use crate::pipeline::error::PictureError;
use crate::pipeline::num::{to_8_bit, word};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};

/// What samples are of light.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    /// By the curve of sRGB, or one near to it.
    Srgb,
    /// Light itself.
    Linear,
}

/// The light of each level of 16 bits, and the level of each light. A light that is one of 65535 is a twentieth of one of 255 levels.
static LIGHTS: LazyLock<Vec<u16>> = LazyLock::new(|| table(light));
static LEVELS: LazyLock<Vec<u16>> = LazyLock::new(|| table(level));

fn table(curve: fn(f32) -> f32) -> Vec<u16> {
    (0..=u16::MAX)
        .map(|value| word(curve(f32::from(value) / 65_535.0)))
        .collect()
}

/// IEC 61966-2-1.
fn light(level: f32) -> f32 {
    if level <= 0.040_45 {
        level / 12.92
    } else {
        ((level + 0.055) / 1.055).powf(2.4)
    }
}

fn level(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

/// The light of a level of 16 bits.
pub(in crate::pipeline) fn light_of(level: u16) -> u16 {
    LIGHTS.get(usize::from(level)).copied().unwrap_or(level)
}

/// The level of a light of 16 bits.
pub(in crate::pipeline) fn level_of(light: u16) -> u16 {
    LEVELS.get(usize::from(light)).copied().unwrap_or(light)
}

/// Resizes one picture after the other with the same working memory.
pub(super) struct Resampler {
    resizer: Resizer,
}

impl Resampler {
    pub(super) fn new() -> Self {
        Self {
            resizer: Resizer::new(),
        }
    }

    /// The part of a picture that is `covered`, smaller.
    pub(super) fn resize(
        &mut self,
        raster: Raster,
        covered: (f64, f64),
        to: Size,
        transfer: Transfer,
    ) -> Result<Raster, PictureError> {
        let Raster {
            size,
            channels,
            samples,
        } = raster;
        let is_8_bit = matches!(samples, Samples::U8(_));
        let mut samples = match samples {
            Samples::U8(samples) => samples.into_iter().map(|sample| u16::from(sample) * 257).collect(),
            Samples::U16(samples) => samples,
        };
        let colours = Colours { channels, transfer };
        colours.look_up(&mut samples, &LIGHTS);
        let mut small = self.convolve(&samples, size, covered, channels, to)?;
        drop(samples);
        colours.look_up(&mut small, &LEVELS);
        let samples = if is_8_bit {
            Samples::U8(small.into_iter().map(to_8_bit).collect())
        } else {
            Samples::U16(small)
        };
        Ok(Raster {
            size: to,
            channels,
            samples,
        })
    }

    fn convolve(
        &mut self,
        samples: &[u16],
        size: Size,
        covered: (f64, f64),
        channels: Channels,
        to: Size,
    ) -> Result<Vec<u16>, PictureError> {
        let failed = |error: &dyn std::fmt::Display| PictureError::internal("resizing", error);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
            .crop(0.0, 0.0, covered.0, covered.1)
            .use_alpha(channels.has_alpha());
        let kind = kind(channels);
        let source = ImageRef::new(size.width, size.height, bytemuck::cast_slice(samples), kind)
            .map_err(|error| failed(&error))?;
        let mut small = vec![0; to.pixels() * channels.count()];
        let mut target = Image::from_slice_u8(to.width, to.height, bytemuck::cast_slice_mut(&mut small), kind)
            .map_err(|error| failed(&error))?;
        self.resizer
            .resize(&source, &mut target, &options)
            .map_err(|error| failed(&error))?;
        drop(target);
        Ok(small)
    }
}

const fn kind(channels: Channels) -> PixelType {
    match channels {
        Channels::Grey => PixelType::U16,
        Channels::GreyAlpha => PixelType::U16x2,
        Channels::Rgb => PixelType::U16x3,
        Channels::Rgba | Channels::Cmyk => PixelType::U16x4,
    }
}

/// Which samples follow a curve.
#[derive(Debug, Clone, Copy)]
struct Colours {
    channels: Channels,
    transfer: Transfer,
}

impl Colours {
    /// Puts what a table has in the place of each sample that is no alpha. Ink is what light is missing.
    fn look_up(self, samples: &mut [u16], table: &[u16]) {
        if self.transfer == Transfer::Linear {
            return;
        }
        let found = |sample: u16| table.get(usize::from(sample)).copied().unwrap_or(sample);
        match self.channels {
            Channels::Grey | Channels::Rgb => samples.iter_mut().for_each(|sample| *sample = found(*sample)),
            Channels::Cmyk => samples.iter_mut().for_each(|ink| *ink = !found(!*ink)),
            Channels::GreyAlpha | Channels::Rgba => {
                for pixel in samples.chunks_exact_mut(self.channels.count()) {
                    let colours = pixel.split_last_mut().map(|(_, colours)| colours).unwrap_or_default();
                    for sample in colours {
                        *sample = found(*sample);
                    }
                }
            }
        }
    }
}
