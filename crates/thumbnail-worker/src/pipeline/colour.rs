//! Colour: from whatever the file is in to 8-bit sRGB or Display P3.

use std::sync::Arc;

use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout, RenderingIntent, TransformExecutor, TransformOptions};

use super::error::PictureError;
use super::num;
use super::options::Colourspace;
use super::profile;
use super::raster::{Channels, Raster, Samples};
use super::tone;
use super::traits::{ExifColour, Traits};

/// Which space a photo is written in. A photo counts as sRGB if its colour space or profile says so, or if nothing says anything
/// and it has 8 bits; every other one goes to the configured space.
pub(super) fn target(traits: &Traits, configured: Colourspace) -> Colourspace {
    let named_srgb = traits
        .profile_name
        .as_ref()
        .is_some_and(|name| name.to_ascii_lowercase().contains("srgb"));
    let says_nothing = traits.profile_name.is_none() && traits.exif_colour.is_none();
    let is_srgb = named_srgb || traits.exif_colour == Some(ExifColour::Srgb) || (says_nothing && !traits.sixteen_bit);
    if is_srgb { Colourspace::Srgb } else { configured }
}

/// Converts to 8-bit RGB (with alpha if there was one) in `target`.
pub(super) fn convert(raster: Raster, traits: &Traits, target: Colourspace) -> Result<Raster, PictureError> {
    if let (Some((cicp, hdr)), false) = (traits.hdr, raster.channels == Channels::Cmyk) {
        return tone::to_sdr(raster, cicp, hdr, target);
    }
    let Raster {
        size,
        channels,
        samples,
    } = raster;
    let (channels, samples) = match samples {
        Samples::U8(samples) => convert_samples(samples, channels, traits, target)?,
        Samples::U16(samples) => convert_samples(samples, channels, traits, target)?,
    };
    Ok(Raster::of_bytes(size, channels, samples))
}

fn convert_samples<T: Sample>(
    samples: Vec<T>,
    channels: Channels,
    traits: &Traits,
    target: Colourspace,
) -> Result<(Channels, Vec<u8>), PictureError> {
    let to = &profile::of(target).profile;
    let embedded = traits.profile.as_deref();
    let output = if channels.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    // Grey and ink profiles lead to RGB by themselves; a profile for other channels than the file has is ignored.
    if let Some(from) =
        embedded.filter(|from| matches_channels(from, channels) && from.color_space != DataColorSpace::Rgb)
    {
        match transform(&samples, from, channels, to, output) {
            Ok(converted) => return Ok((output, T::to_bytes(converted))),
            Err(error) => tracing::debug!(%error, "a colour profile that cannot be applied is ignored"),
        }
    }
    let rgb = into_rgb(samples, channels);
    let from = match embedded.filter(|from| from.color_space == DataColorSpace::Rgb && channels != Channels::Cmyk) {
        Some(from) => from.clone(),
        None if traits.exif_colour == Some(ExifColour::AdobeRgb) => ColorProfile::new_adobe_rgb(),
        None if target == Colourspace::Srgb => return Ok((output, T::to_bytes(rgb))),
        None => ColorProfile::new_srgb(),
    };
    if is_identity(&from, to) {
        return Ok((output, T::to_bytes(rgb)));
    }
    match transform(&rgb, &from, output, to, output) {
        Ok(converted) => Ok((output, T::to_bytes(converted))),
        Err(error) => {
            tracing::debug!(%error, "a colour profile that cannot be applied is taken as sRGB");
            let converted = transform(&rgb, &ColorProfile::new_srgb(), output, to, output)
                .map_err(|error| PictureError::internal("converting colours", error))?;
            Ok((output, T::to_bytes(converted)))
        }
    }
}

fn matches_channels(profile: &ColorProfile, channels: Channels) -> bool {
    match channels {
        Channels::Grey | Channels::GreyAlpha => profile.color_space == DataColorSpace::Gray,
        Channels::Rgb | Channels::Rgba => profile.color_space == DataColorSpace::Rgb,
        Channels::Cmyk => profile.color_space == DataColorSpace::Cmyk,
    }
}

/// Relative colorimetric, as the peer does: white stays white, and colours both spaces have stay as they are.
fn options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    }
}

const fn layout(channels: Channels) -> Layout {
    match channels {
        Channels::Grey => Layout::Gray,
        Channels::GreyAlpha => Layout::GrayAlpha,
        Channels::Rgb => Layout::Rgb,
        Channels::Rgba | Channels::Cmyk => Layout::Rgba,
    }
}

fn transform<T: Sample>(
    samples: &[T],
    from: &ColorProfile,
    channels: Channels,
    to: &ColorProfile,
    output: Channels,
) -> Result<Vec<T>, CmsError> {
    let executor = T::executor(from, layout(channels), to, layout(output))?;
    let mut converted = vec![T::default(); samples.len() / channels.count() * output.count()];
    executor.transform(samples, &mut converted)?;
    Ok(converted)
}

/// Whether converting changes nothing that 8 bits can show, by trying a grid of colours. It saves most photos the work: tagged
/// sRGB to sRGB, an iPhone's Display P3 to Display P3.
fn is_identity(from: &ColorProfile, to: &ColorProfile) -> bool {
    const STEPS: [u8; 6] = [0, 51, 102, 153, 204, 255];
    let grid: Vec<u8> = STEPS
        .iter()
        .flat_map(|&r| {
            STEPS
                .iter()
                .flat_map(move |&g| STEPS.iter().flat_map(move |&b| [r, g, b]))
        })
        .collect();
    transform(&grid, from, Channels::Rgb, to, Channels::Rgb)
        .is_ok_and(|converted| grid.iter().zip(&converted).all(|(a, b)| a.abs_diff(*b) <= 1))
}

/// The same pixels with three colours, in whatever space they are; ink without a profile is taken as simple light filters.
fn into_rgb<T: Sample>(samples: Vec<T>, channels: Channels) -> Vec<T> {
    match channels {
        Channels::Rgb | Channels::Rgba => samples,
        Channels::Grey => samples.iter().flat_map(|&grey| [grey; 3]).collect(),
        Channels::GreyAlpha => samples
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|&[grey, alpha]| [grey, grey, grey, alpha])
            .collect(),
        Channels::Cmyk => samples
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|&[cyan, magenta, yellow, key]| [cyan, magenta, yellow].map(|ink| T::through_ink(ink, key)))
            .collect(),
    }
}

/// 8 and 16 bits.
trait Sample: Copy + Default {
    fn executor(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError>;
    fn to_bytes(samples: Vec<Self>) -> Vec<u8>;
    fn through_ink(ink: Self, key: Self) -> Self;
}

impl Sample for u8 {
    fn executor(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError> {
        from.create_transform_8bit(from_layout, to, to_layout, options())
    }

    fn to_bytes(samples: Vec<Self>) -> Vec<u8> {
        samples
    }

    fn through_ink(ink: Self, key: Self) -> Self {
        num::times(!ink, !key)
    }
}

impl Sample for u16 {
    fn executor(
        from: &ColorProfile,
        from_layout: Layout,
        to: &ColorProfile,
        to_layout: Layout,
    ) -> Result<Arc<dyn TransformExecutor<Self> + Send + Sync>, CmsError> {
        from.create_transform_16bit(from_layout, to, to_layout, options())
    }

    fn to_bytes(samples: Vec<Self>) -> Vec<u8> {
        samples.into_iter().map(num::to_8_bit).collect()
    }

    fn through_ink(ink: Self, key: Self) -> Self {
        // No decoder gives ink in 16 bits; 8 are enough to be right if one ever does.
        u16::from(num::times(!num::to_8_bit(ink), !num::to_8_bit(key))) * 257
    }
}
