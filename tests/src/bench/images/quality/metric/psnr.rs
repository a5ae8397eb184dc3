//! Peak signal to noise ratio.

use image::RgbImage;

use super::super::super::super::usage::count;

/// In decibels, of the mean squared error over all samples of all three colours.
pub(super) fn psnr(seen: &RgbImage, expected: &RgbImage) -> f64 {
    let pairs = seen.as_raw().iter().zip(expected.as_raw());
    let squares: f64 = pairs.map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    let mean = squares / count(expected.as_raw().len());
    10.0 * (255.0 * 255.0 / mean).log10()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    #[test]
    fn one_level_everywhere_is_48_decibels() {
        let [a, b] = [100, 101].map(|level| RgbImage::from_pixel(8, 8, Rgb([level; 3])));
        assert!((psnr(&a, &b) - 48.1308).abs() < 1e-4);
    }

    #[test]
    fn one_colour_of_three_counts_a_third() {
        let a = RgbImage::from_pixel(8, 8, Rgb([10, 20, 30]));
        let b = RgbImage::from_pixel(8, 8, Rgb([10, 25, 30]));
        let expected = 10.0 * (255.0_f64.powi(2) * 3.0 / 25.0).log10();
        assert!((psnr(&a, &b) - expected).abs() < 1e-9);
    }
}
