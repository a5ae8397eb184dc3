//! From channels as they are stored to pixels.

use super::planes::Planes;
use super::sections::{Mode, Sections};
use crate::pipeline::error::PictureError;
use crate::pipeline::lab::{White, lab_to_srgb};
use crate::pipeline::num::{to_8_bit, usize_of, word};
use crate::pipeline::raster::{Channels, Samples};
use crate::pipeline::tone;

/// What the pixels become.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shade {
    mode: Mode,
    /// Transparency: a channel, or an index of the palette.
    has_alpha: bool,
}

impl Shade {
    pub(super) fn of(sections: &Sections<'_>) -> Result<Self, PictureError> {
        let mode = sections.mode;
        let colours = colours(mode);
        if sections.channels < colours {
            return Err(PictureError::corrupt(
                "PSD",
                "it has fewer channels than its colours need",
            ));
        }
        if mode == Mode::Indexed && (sections.palette.len() < 768 || sections.depth != 8) {
            return Err(PictureError::corrupt("PSD", "it has no table of colours"));
        }
        let has_alpha = match mode {
            Mode::Bitmap | Mode::Cmyk => false,
            Mode::Indexed => sections.transparent.is_some(),
            Mode::Grey | Mode::Rgb | Mode::Lab => sections.has_alpha && sections.channels > colours,
        };
        Ok(Self { mode, has_alpha })
    }

    /// Channels of the file that are read.
    pub(super) const fn planes(self) -> usize {
        let alpha = self.has_alpha && !matches!(self.mode, Mode::Indexed);
        colours(self.mode) + if alpha { 1 } else { 0 }
    }

    /// What a pixel has in the end.
    pub(super) const fn channels(self) -> Channels {
        match (self.mode, self.has_alpha) {
            (Mode::Cmyk, _) => Channels::Cmyk,
            (Mode::Bitmap | Mode::Grey, false) => Channels::Grey,
            (Mode::Bitmap | Mode::Grey, true) => Channels::GreyAlpha,
            (_, false) => Channels::Rgb,
            (_, true) => Channels::Rgba,
        }
    }
}

const fn colours(mode: Mode) -> usize {
    match mode {
        Mode::Bitmap | Mode::Grey | Mode::Indexed => 1,
        Mode::Rgb | Mode::Lab => 3,
        Mode::Cmyk => 4,
    }
}

/// The pixels, of 8 bits or of 16.
pub(super) fn samples(sections: &Sections<'_>, shade: Shade, planes: &Planes) -> Samples {
    let pixels = sections.size.pixels();
    let same = |sample: u16| sample;
    match (shade.mode, sections.depth) {
        (Mode::Bitmap, _) => Samples::U8(unpack(sections, planes.get(0))),
        (Mode::Indexed, _) => Samples::U8(paint(sections, shade, planes.get(0))),
        (_, 8) => {
            let plane = |index| planes.get(index).iter().copied().map(|sample| u16::from(sample) * 257);
            Samples::U8(weave(shade, pixels, (0..shade.planes()).map(plane).collect(), to_8_bit))
        }
        (_, 16) => {
            let plane = |index| {
                planes
                    .get(index)
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|pair| u16::from_be_bytes(*pair))
            };
            Samples::U16(weave(shade, pixels, (0..shade.planes()).map(plane).collect(), same))
        }
        // Floating point is light, and gets a curve; transparency is none.
        _ => {
            let colours = colours(shade.mode);
            let plane = |index| {
                let curve = move |light: f32| {
                    if index < colours {
                        tone::encode(light.max(0.0))
                    } else {
                        light
                    }
                };
                let numbers = planes.get(index).as_chunks::<4>().0.iter();
                numbers.map(move |four| word(curve(f32::from_be_bytes(*four))))
            };
            Samples::U16(weave(shade, pixels, (0..shade.planes()).map(plane).collect(), same))
        }
    }
}

/// Pixels from channels: ink the other way round, Lab as sRGB, and colours without the white sheet that shines through them.
fn weave<I: Iterator<Item = u16>, T>(
    shade: Shade,
    pixels: usize,
    mut planes: Vec<I>,
    stored: impl Fn(u16) -> T,
) -> Vec<T> {
    let mut out = Vec::with_capacity(pixels * planes.len());
    loop {
        let mut pixel = [0_u16; 4];
        let mut count = 0;
        for (place, plane) in pixel.iter_mut().zip(&mut planes) {
            let Some(sample) = plane.next() else { return out };
            *place = sample;
            count += 1;
        }
        if count == 0 {
            return out;
        }
        match shade.mode {
            Mode::Cmyk => pixel = pixel.map(|ink| !ink),
            Mode::Lab => {
                let [lightness, green_red, blue_yellow, alpha] = pixel;
                let [red, green, blue] = lab_to_srgb([lightness, green_red, blue_yellow], White::D50);
                pixel = [red, green, blue, alpha];
            }
            Mode::Bitmap | Mode::Grey | Mode::Indexed | Mode::Rgb => {}
        }
        if let (true, Some((alpha, colours))) = (
            shade.has_alpha,
            pixel.get_mut(..count).and_then(<[u16]>::split_last_mut),
        ) {
            for colour in colours {
                *colour = without_white(*colour, *alpha);
            }
        }
        out.extend(pixel.into_iter().take(count).map(&stored));
    }
}

/// The flat picture lies on white: what of it is the colour itself.
fn without_white(colour: u16, alpha: u16) -> u16 {
    if alpha == 0 {
        return colour;
    }
    let most = u64::from(u16::MAX);
    let (colour, alpha) = (u64::from(colour), u64::from(alpha));
    let above = (colour * most + alpha * most).saturating_sub(most * most);
    u16::try_from((above / alpha).min(most)).unwrap_or(u16::MAX)
}

/// Eight pixels in a byte; a set bit is ink.
fn unpack(sections: &Sections<'_>, plane: &[u8]) -> Vec<u8> {
    let width = usize_of(sections.size.width);
    let rows = plane.chunks(sections.row().max(1));
    rows.flat_map(|row| {
        (0..width).map(move |x| {
            let byte = row.get(x / 8).copied().unwrap_or_default();
            if (byte >> (7 - x % 8)) & 1 == 1 { 0 } else { u8::MAX }
        })
    })
    .collect()
}

fn paint(sections: &Sections<'_>, shade: Shade, plane: &[u8]) -> Vec<u8> {
    let colour = |index: u8| {
        let at = |offset: usize| {
            sections
                .palette
                .get(offset + usize::from(index))
                .copied()
                .unwrap_or_default()
        };
        let alpha = if sections.transparent == Some(index) {
            0
        } else {
            u8::MAX
        };
        [at(0), at(256), at(512), alpha]
    };
    let count = shade.channels().count();
    plane
        .iter()
        .flat_map(|&index| colour(index).into_iter().take(count))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_white_sheet_is_taken_away() {
        let wide = |byte: u8| u16::from(byte) * 257;
        let of = |colour, alpha| to_8_bit(without_white(wide(colour), wide(alpha)));
        assert_eq!(of(40, 255), 40);
        assert_eq!(of(255, 0), 255);
        // Black at half transparency on white is 127.
        assert!(of(127, 128) <= 1);
    }
}
