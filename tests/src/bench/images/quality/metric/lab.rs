//! Levels as an eye sees them: CIE 1976 L*a*b* under D50.

use image::RgbImage;

use super::super::super::icc::Primaries;
use super::ciede2000::{Lab, ciede2000};

const WHITE: [f64; 3] = [0.964_2, 1.0, 0.824_9];

/// CIEDE2000 of each pixel.
pub(super) fn distances(seen: &RgbImage, expected: &RgbImage, primaries: &Primaries) -> Vec<f64> {
    let curve: Vec<f64> = (0..=u8::MAX).map(linear).collect();
    let lab = |pixel: &image::Rgb<u8>| lab(pixel.0, &curve, primaries);
    let pairs = seen.pixels().zip(expected.pixels());
    pairs
        .map(|(a, b)| if a == b { 0.0 } else { ciede2000(lab(a), lab(b)) })
        .collect()
}

/// The curve of sRGB and of Display P3.
fn linear(level: u8) -> f64 {
    let level = f64::from(level) / 255.0;
    if level <= 0.040_45 {
        level / 12.92
    } else {
        ((level + 0.055) / 1.055).powf(2.4)
    }
}

fn lab(levels: [u8; 3], curve: &[f64], primaries: &Primaries) -> Lab {
    let mut xyz = [0.0; 3];
    for (level, primary) in levels.iter().zip(primaries) {
        let light = curve.get(usize::from(*level)).copied().unwrap_or(0.0);
        for (sum, part) in xyz.iter_mut().zip(primary) {
            *sum += light * part;
        }
    }
    let [x, y, z] = xyz;
    let [white_x, white_y, white_z] = WHITE;
    let [x, y, z] = [x / white_x, y / white_y, z / white_z].map(response);
    Lab {
        l: 116.0 * y - 16.0,
        a: 500.0 * (x - y),
        b: 200.0 * (y - z),
    }
}

/// A cube root with a straight start.
fn response(part: f64) -> f64 {
    const KNEE: f64 = 6.0 / 29.0;
    if part > KNEE * KNEE * KNEE {
        part.cbrt()
    } else {
        part / (3.0 * KNEE * KNEE) + 4.0 / 29.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::icc;
    use super::*;

    #[test]
    fn white_black_and_red_of_srgb_are_where_they_belong() {
        let curve: Vec<f64> = (0..=u8::MAX).map(linear).collect();
        // Lab under D50 as colour management gives it for these levels.
        for (levels, expected) in [
            ([255, 255, 255], [100.0, 0.0, 0.0]),
            ([0, 0, 0], [0.0, 0.0, 0.0]),
            ([255, 0, 0], [54.29, 80.81, 69.89]),
        ] {
            let Lab { l, a, b } = lab(levels, &curve, &icc::SRGB);
            for (value, expected) in [l, a, b].into_iter().zip(expected) {
                assert!((value - expected).abs() < 0.05, "{levels:?}: {value}, not {expected}");
            }
        }
    }
}
