//! The arithmetic of a gain map (ISO 21496-1, clause 6): `(light + base offset) * 2^(gain * weight) - alternate offset`.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

use super::metadata::Metadata;
use super::space::{Matrix, Space};
use super::{Gain, broken};
use crate::pipeline::cicp::Told;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::{to_8_bit, word};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};
use crate::pipeline::tone::{self, multiply};
use crate::pipeline::traits::Traits;

/// The picture for a screen without headroom: 16 bits with the curve of sRGB, in the colours that are told beside it.
pub(super) fn apply(base: &Raster, traits: &Traits, gain: &Gain) -> Result<(Raster, Told), PictureError> {
    let metadata = &gain.metadata;
    let stored = Space::of_picture(traits);
    let alternate = gain.alternate.as_ref().and_then(Space::of_told);
    let alternate = alternate.unwrap_or_else(|| stored.clone());
    let applied_in = if metadata.uses_base_colours {
        &stored
    } else {
        &alternate
    };
    let steps = Steps {
        to_gain: stored.to(applied_in),
        from_gain: applied_in.to(&alternate),
        peak: metadata.alternate_headroom.exp2(),
        factors: factors(metadata),
        metadata,
    };
    let light = Light::of(traits, &stored);
    let samples = light.samples(base)?;
    let map = fitted(gain, base.size)?;
    let has_alpha = base.channels.has_alpha();
    let count = if has_alpha { 4 } else { 3 };
    let mut out = Vec::with_capacity(base.size.pixels() * count);
    let pixels = samples.chunks_exact(count);
    let gains = map.samples.chunks_exact(map.channels);
    for (pixel, gains) in pixels.zip(gains) {
        let &[red, green, blue, ..] = pixel else { continue };
        let gains = match *gains {
            [one] => [one; 3],
            [red, green, blue] => [red, green, blue],
            _ => continue,
        };
        let shown = steps.shown(light.of_pixel([red, green, blue]), gains);
        out.extend(shown.map(|light| word(tone::encode(light))));
        out.extend(pixel.get(3));
    }
    let raster = Raster {
        size: base.size,
        channels: if has_alpha { Channels::Rgba } else { Channels::Rgb },
        samples: Samples::U16(out),
    };
    if !raster.is_complete() {
        return Err(broken("it has fewer samples than the picture"));
    }
    Ok((raster, alternate.told()))
}

/// What is done to the light of each pixel.
struct Steps<'a> {
    to_gain: Matrix,
    from_gain: Matrix,
    /// The brightest light of the result, in units of white.
    peak: f32,
    /// By the sample of the map, for each colour.
    factors: [Vec<f32>; 3],
    metadata: &'a Metadata,
}

impl Steps<'_> {
    fn shown(&self, light: [f32; 3], gains: [u16; 3]) -> [f32; 3] {
        let mut light = multiply(&self.to_gain, light);
        let colours = self.factors.iter().zip(&self.metadata.channels).zip(gains);
        for (light, ((factors, channel), gain)) in light.iter_mut().zip(colours) {
            let factor = factors.get(usize::from(gain >> 4)).copied().unwrap_or(1.0);
            *light = (*light + channel.base_offset) * factor - channel.alternate_offset;
        }
        let light = multiply(&self.from_gain, light);
        if self.peak > 1.0 {
            tone::compress(light, self.peak)
        } else {
            light.map(|light| light.clamp(0.0, 1.0))
        }
    }
}

/// The factors of 4096 samples of the map, for each colour.
fn factors(metadata: &Metadata) -> [Vec<f32>; 3] {
    let weight = metadata.weight();
    metadata.channels.map(|channel| {
        let factor = |sample: u16| {
            let share = (f32::from(sample) / 4095.0).powf(1.0 / channel.gamma);
            let gain = channel.min + (channel.max - channel.min) * share;
            (gain * weight).exp2()
        };
        (0..4096).map(factor).collect()
    })
}

/// How samples become light, of which 1 is white paper.
enum Light {
    /// By a curve of high dynamic range.
    Tables(tone::Curve),
    /// By the profile, to samples that are light.
    Profile(Box<ColorProfile>, Box<ColorProfile>),
}

impl Light {
    fn of(traits: &Traits, space: &Space) -> Self {
        if let Some((_, hdr)) = traits.hdr {
            return Self::Tables(tone::curve(hdr));
        }
        let srgb = || Box::new(ColorProfile::new_srgb());
        let told = traits.profile.clone();
        let told = told.filter(|profile| profile.color_space == DataColorSpace::Rgb);
        Self::Profile(told.unwrap_or_else(srgb), Box::new(space.linear()))
    }

    /// Samples of 16 bits and three colours, with alpha where there is one.
    fn samples(&self, base: &Raster) -> Result<Vec<u16>, PictureError> {
        let samples = match &base.samples {
            Samples::U16(samples) => samples.clone(),
            Samples::U8(samples) => samples.iter().map(|&sample| u16::from(sample) * 257).collect(),
        };
        let (samples, layout) = match base.channels {
            Channels::Grey => (samples.iter().flat_map(|&grey| [grey; 3]).collect(), Layout::Rgb),
            Channels::GreyAlpha => {
                let pairs = samples.as_chunks::<2>().0.iter();
                let coloured = pairs.flat_map(|&[grey, alpha]| [grey, grey, grey, alpha]);
                (coloured.collect(), Layout::Rgba)
            }
            Channels::Rgb => (samples, Layout::Rgb),
            Channels::Rgba => (samples, Layout::Rgba),
            Channels::Cmyk => return Err(broken("the picture is ink")),
        };
        let Self::Profile(from, to) = self else {
            return Ok(samples);
        };
        let failed = |error: moxcms::CmsError| PictureError::internal("converting to light", error);
        let executor = from.create_transform_16bit(layout, to, layout, TransformOptions::default());
        let mut light = vec![0; samples.len()];
        executor
            .map_err(failed)?
            .transform(&samples, &mut light)
            .map_err(failed)?;
        Ok(light)
    }

    fn of_pixel(&self, samples: [u16; 3]) -> [f32; 3] {
        match self {
            Self::Tables(curve) => curve.light(samples),
            Self::Profile(..) => samples.map(|sample| f32::from(sample) / 65_535.0),
        }
    }
}

/// The map at the size of the picture.
struct Fitted {
    samples: Vec<u16>,
    channels: usize,
}

/// Between its samples the map is interpolated as it is stored (6.2).
fn fitted(gain: &Gain, size: Size) -> Result<Fitted, PictureError> {
    let failed = |error: &dyn std::fmt::Display| PictureError::internal("resizing a gain map", error);
    let map = &gain.map;
    let kind = match map.channels {
        Channels::Grey => PixelType::U16,
        Channels::Rgb => PixelType::U16x3,
        _ => return Err(broken("it has other channels than grey or colour")),
    };
    let deep: Vec<u16> = match &map.samples {
        Samples::U16(samples) => samples.clone(),
        Samples::U8(samples) => samples.iter().map(|&sample| u16::from(sample) * 257).collect(),
    };
    let [left, top, width, height] = gain.part;
    let (across, down) = (f64::from(map.size.width), f64::from(map.size.height));
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
        .crop(left * across, top * down, width * across, height * down)
        .use_alpha(false);
    let from = bytemuck::cast_slice(&deep);
    let source = ImageRef::new(map.size.width, map.size.height, from, kind).map_err(|error| failed(&error))?;
    let mut samples = vec![0_u16; size.pixels() * map.channels.count()];
    let into = bytemuck::cast_slice_mut(&mut samples);
    let mut target = Image::from_slice_u8(size.width, size.height, into, kind).map_err(|error| failed(&error))?;
    let resized = Resizer::new().resize(&source, &mut target, &options);
    resized.map_err(|error| failed(&error))?;
    Ok(Fitted {
        samples,
        channels: map.channels.count(),
    })
}

/// Whatever passed for parameters makes light of light.
pub(super) fn fuzzed(metadata: &Metadata) {
    let steps = Steps {
        to_gain: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        from_gain: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        peak: metadata.alternate_headroom.exp2(),
        factors: factors(metadata),
        metadata,
    };
    for gain in [0, 1 << 15, u16::MAX] {
        let shown = steps.shown([0.0, 1.0, 50.0], [gain; 3]);
        assert!(shown.into_iter().all(|light| (0.0..=1.0).contains(&light)), "{shown:?}");
        let _ = shown.map(|light| to_8_bit(word(light)));
    }
}
