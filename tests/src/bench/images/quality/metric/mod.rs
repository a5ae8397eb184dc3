//! How far two pictures of one size are apart.

mod ciede2000;
mod lab;
mod psnr;
mod ssim;

use image::RgbImage;

use super::super::icc::Primaries;

/// The distances of a picture from the one it should be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Distance {
    /// Structural similarity of the luma: 1 for the same picture.
    pub(super) ssim: f64,
    /// Peak signal to noise over the three colours, in decibels.
    pub(super) psnr: f64,
    /// Mean of CIEDE2000: 1 is about what an eye can just tell.
    pub(super) colour: f64,
    /// The same that one in a hundred pixels exceeds.
    pub(super) colour_99: f64,
}

/// Compares two pictures of one size, whose levels mean these primaries.
pub(super) fn distance(seen: &RgbImage, expected: &RgbImage, primaries: &Primaries) -> Distance {
    let mut colours = lab::distances(seen, expected, primaries);
    Distance {
        ssim: ssim::ssim(seen, expected),
        psnr: psnr::psnr(seen, expected),
        colour: mean(&colours),
        colour_99: percentile(&mut colours, 99),
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / super::super::super::usage::count(values.len().max(1))
}

/// The value that `percent` of all do not exceed.
fn percentile(values: &mut [f64], percent: usize) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let at = (values.len() * percent / 100).min(values.len() - 1);
    *values.select_nth_unstable_by(at, f64::total_cmp).1
}

#[cfg(test)]
mod tests {
    use super::super::super::icc;
    use super::*;

    #[test]
    fn the_same_picture_has_no_distance() {
        let picture = RgbImage::from_fn(32, 24, |x, y| {
            image::Rgb([x, y, x + y].map(|level| u8::try_from(level).unwrap()))
        });
        let distance = distance(&picture, &picture, &icc::SRGB);
        assert!((distance.ssim - 1.0).abs() < 1e-12);
        assert!(distance.psnr.is_infinite());
        assert!(distance.colour.abs() < 1e-9 && distance.colour_99.abs() < 1e-9);
    }

    #[test]
    fn one_in_a_hundred_exceeds_the_percentile() {
        let mut values: Vec<f64> = (0..200).rev().map(f64::from).collect();
        assert!((percentile(&mut values, 99) - 198.0).abs() < 1e-12);
        assert!((percentile(&mut [7.0], 99) - 7.0).abs() < 1e-12);
    }
}
