//! From samples of 8 or 16 bits to what is shown.

use safelight_tiff::{Page, Photometric};

use super::kind::Kind;
use super::numbers::{stretched_8, stretched_16, without_unused_half};
use crate::pipeline::error::PictureError;
use crate::pipeline::lab::{White, lab_to_srgb};
use crate::pipeline::num::{to_8_bit, word};
use crate::pipeline::raster::Samples;

/// The samples of the channels that are shown.
pub(super) fn shown(mut samples: Samples, kind: &Kind, page: &Page<'_>) -> Result<Samples, PictureError> {
    if kind.comes_as_colours {
        return Ok(samples);
    }
    if kind.is_indexed() {
        return paint(&samples, kind, page);
    }
    if kind.is_signed() {
        match &mut samples {
            Samples::U8(samples) => without_unused_half(samples, 0x80, stretched_8),
            Samples::U16(samples) => without_unused_half(samples, 0x8000, stretched_16),
        }
    }
    let count = kind.channels.count();
    match kind.meaning {
        Photometric::WhiteIsZero => match &mut samples {
            Samples::U8(samples) => samples.iter_mut().step_by(count).for_each(|sample| *sample = !*sample),
            Samples::U16(samples) => samples.iter_mut().step_by(count).for_each(|sample| *sample = !*sample),
        },
        Photometric::CieLab | Photometric::IccLab if count >= 3 => lab(&mut samples, kind, white(page)),
        _ => {}
    }
    Ok(samples)
}

/// The white that the page names; else that of print.
fn white(page: &Page<'_>) -> White {
    match page.facts().white {
        Some([x, y]) if (x - 0.3127).abs() < 0.006 && (y - 0.329).abs() < 0.006 => White::D65,
        _ => White::D50,
    }
}

/// In place. Differences with a sign are moved up to where those of ICC begin.
fn lab(samples: &mut Samples, kind: &Kind, white: White) {
    let count = kind.channels.count();
    let is_signed = kind.meaning == Photometric::CieLab;
    match samples {
        Samples::U8(samples) => {
            let up = |sample: u8| u16::from(if is_signed { sample ^ 0x80 } else { sample }) * 257;
            for pixel in samples.chunks_exact_mut(count) {
                if let Some(colours) = pixel.first_chunk_mut::<3>() {
                    let [lightness, green_red, blue_yellow] = *colours;
                    let lab = [u16::from(lightness) * 257, up(green_red), up(blue_yellow)];
                    *colours = lab_to_srgb(lab, white).map(to_8_bit);
                }
            }
        }
        Samples::U16(samples) => {
            // 256 numbers are one unit: those of 16 bits end at 255 and 255/256, and are told here with 65535 for 255.
            let share = |sample: u16| word(f32::from(sample) / 256.0 / 255.0);
            let up = |sample: u16| share(if is_signed { sample ^ 0x8000 } else { sample });
            for pixel in samples.chunks_exact_mut(count) {
                if let Some(colours) = pixel.first_chunk_mut::<3>() {
                    let [lightness, green_red, blue_yellow] = *colours;
                    let lightness = if is_signed {
                        lightness
                    } else {
                        word(f32::from(lightness) / 65_280.0)
                    };
                    *colours = lab_to_srgb([lightness, up(green_red), up(blue_yellow)], white);
                }
            }
        }
    }
}

/// The colours of indices; one beyond the table is black.
fn paint(samples: &Samples, kind: &Kind, page: &Page<'_>) -> Result<Samples, PictureError> {
    let palette = page.palette();
    let [red, green, blue] = palette.ok_or_else(|| PictureError::corrupt("TIFF", "it has no table of colours"))?;
    // The table has 16 bits; some old programs wrote 8.
    let has_8_bits = red.iter().chain(&green).chain(&blue).all(|&value| value < 256);
    let byte = |value: u16| {
        if has_8_bits {
            u8::try_from(value).unwrap_or(u8::MAX)
        } else {
            to_8_bit(value)
        }
    };
    let colours: Vec<[u8; 3]> = red
        .into_iter()
        .zip(green)
        .zip(blue)
        .map(|((red, green), blue)| [red, green, blue].map(byte))
        .collect();
    let colour = |index: usize| colours.get(index).copied().unwrap_or_default();
    let has_alpha = kind.channels.has_alpha();
    Ok(Samples::U8(match samples {
        Samples::U8(indices) if has_alpha => {
            let pixels = indices.as_chunks::<2>().0.iter();
            pixels
                .flat_map(|&[index, alpha]| with_alpha(colour(usize::from(index)), alpha))
                .collect()
        }
        Samples::U8(indices) => indices.iter().flat_map(|&index| colour(usize::from(index))).collect(),
        Samples::U16(indices) if has_alpha => {
            let pixels = indices.as_chunks::<2>().0.iter();
            let alpha = |alpha: u16| to_8_bit(alpha);
            pixels
                .flat_map(|&[index, of]| with_alpha(colour(usize::from(index)), alpha(of)))
                .collect()
        }
        Samples::U16(indices) => indices.iter().flat_map(|&index| colour(usize::from(index))).collect(),
    }))
}

const fn with_alpha([red, green, blue]: [u8; 3], alpha: u8) -> [u8; 4] {
    [red, green, blue, alpha]
}
