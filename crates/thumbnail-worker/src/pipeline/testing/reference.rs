//! The resize as it is defined: slow, in floating point, whole pictures of red, green and blue.

use std::f64::consts::PI;

use super::super::num::usize_of;
use super::super::raster::Size;

/// What is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::pipeline) enum Weighed {
    Light,
    Levels,
}

/// Light from 0 to 1 of a level from 0 to 255 (IEC 61966-2-1).
pub(in crate::pipeline) fn light(level: f64) -> f64 {
    let level = level / 255.0;
    if level <= 0.040_45 {
        level / 12.92
    } else {
        ((level + 0.055) / 1.055).powf(2.4)
    }
}

/// The level of some light.
pub(in crate::pipeline) fn level(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    255.0
        * if light <= 0.003_130_8 {
            light * 12.92
        } else {
            1.055 * light.powf(1.0 / 2.4) - 0.055
        }
}

/// One side of a picture, shorter by Lanczos3; `step` from a sample to the next of its line.
pub(in crate::pipeline) fn shortened(samples: &[f64], covered: f64, to: u32, step: usize) -> Vec<f64> {
    let ratio = covered / f64::from(to);
    let width = ratio.max(1.0);
    let share = |at: f64| {
        let angle = at / width * PI;
        match at.abs() < 3.0 * width {
            true if at == 0.0 => 1.0,
            true => 3.0 * angle.sin() * (angle / 3.0).sin() / angle.powi(2),
            false => 0.0,
        }
    };
    let lines: Vec<&[f64]> = samples.chunks(step).collect();
    let mut result = Vec::with_capacity(usize_of(to) * step);
    for pixel in 0..to {
        let centre = (f64::from(pixel) + 0.5) * ratio;
        let counting: Vec<(f64, &[f64])> = (0_u32..)
            .zip(&lines)
            .map(|(at, line)| (share(f64::from(at) + 0.5 - centre), *line))
            .filter(|(share, _)| *share != 0.0)
            .collect();
        let all: f64 = counting.iter().map(|(share, _)| share).sum();
        for offset in 0..step {
            let sum: f64 = counting.iter().map(|(share, line)| share * line[offset]).sum();
            result.push(sum / all);
        }
    }
    result
}

/// A picture of so many channels, of which so much is covered, at another size: levels without rounding.
pub(in crate::pipeline) fn resized(
    samples: &[u8],
    (size, channels): (Size, usize),
    covered: (f64, f64),
    to: Size,
    weighed: Weighed,
) -> Vec<f64> {
    let row = usize_of(size.width) * channels;
    let samples = samples.iter().map(|&sample| match weighed {
        Weighed::Light => light(f64::from(sample)),
        Weighed::Levels => f64::from(sample),
    });
    let down = shortened(&samples.collect::<Vec<_>>(), covered.1, to.height, row);
    let across = down
        .chunks(row)
        .flat_map(|row| shortened(row, covered.0, to.width, channels));
    across
        .map(|sample| match weighed {
            Weighed::Light => level(sample),
            Weighed::Levels => sample.clamp(0.0, 255.0),
        })
        .collect()
}

/// Peak signal to noise of levels, in decibels.
pub(in crate::pipeline) fn psnr(seen: &[u8], expected: &[f64]) -> f64 {
    assert_eq!(seen.len(), expected.len());
    let squares: f64 = seen
        .iter()
        .zip(expected)
        .map(|(&seen, expected)| (f64::from(seen) - expected).powi(2))
        .sum();
    let count = f64::from(u32::try_from(seen.len()).unwrap());
    10.0 * (255.0 * 255.0 * count / squares).log10()
}
