//! Structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004).

use image::RgbImage;

/// Pixels around the middle of the window, on each side.
const REACH: i32 = 5;
const SIGMA: f64 = 1.5;
/// Squares of 1 % and 3 % of the range: they keep the quotients steady where there is nothing to see.
const C1: f64 = (0.01 * 255.0) * (0.01 * 255.0);
const C2: f64 = (0.03 * 255.0) * (0.03 * 255.0);

/// The mean over all windows that lie within the picture: 11 by 11 pixels, weighted by a Gaussian bell, on the luma.
pub(super) fn ssim(seen: &RgbImage, expected: &RgbImage) -> f64 {
    let (a, b) = (Plane::luma(seen), Plane::luma(expected));
    let [mean_a, mean_b] = [a.blurred(), b.blurred()];
    let [squares_a, squares_b, products] = [a.times(&a), b.times(&b), a.times(&b)].map(|plane| plane.blurred());
    let means = mean_a.levels.iter().zip(&mean_b.levels);
    let moments = squares_a.levels.iter().zip(&squares_b.levels).zip(&products.levels);
    let windows: Vec<f64> = means
        .zip(moments)
        .map(|((a, b), ((aa, bb), ab))| {
            let (variances, covariance) = (aa - a * a + bb - b * b, ab - a * b);
            (2.0 * a * b + C1) * (2.0 * covariance + C2) / ((a * a + b * b + C1) * (variances + C2))
        })
        .collect();
    super::mean(&windows)
}

/// One number for each pixel.
struct Plane {
    width: usize,
    levels: Vec<f64>,
}

impl Plane {
    fn luma(picture: &RgbImage) -> Self {
        let luma =
            |[red, green, blue]: [u8; 3]| 0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue);
        Self {
            width: usize::try_from(picture.width()).unwrap_or(0),
            levels: picture.pixels().map(|pixel| luma(pixel.0)).collect(),
        }
    }

    fn times(&self, other: &Self) -> Self {
        let pairs = self.levels.iter().zip(&other.levels);
        Self {
            width: self.width,
            levels: pairs.map(|(a, b)| a * b).collect(),
        }
    }

    /// Weighted sums over the windows; smaller by what a window reaches beyond its middle.
    fn blurred(&self) -> Self {
        let bell = bell();
        let mut narrow = Vec::with_capacity(self.levels.len());
        for row in self.levels.chunks_exact(self.width.max(1)) {
            narrow.extend(row.windows(bell.len()).map(|window| weigh(window, &bell)));
        }
        let width = (self.width + 1).saturating_sub(bell.len());
        let rows: Vec<&[f64]> = narrow.chunks_exact(width.max(1)).collect();
        let mut levels = Vec::with_capacity(narrow.len());
        for window in rows.windows(bell.len()) {
            let mut sums = vec![0.0; width];
            for (row, weight) in window.iter().zip(&bell) {
                for (sum, level) in sums.iter_mut().zip(*row) {
                    *sum += level * weight;
                }
            }
            levels.extend(sums);
        }
        Self { width, levels }
    }
}

fn weigh(window: &[f64], bell: &[f64]) -> f64 {
    window.iter().zip(bell).map(|(level, weight)| level * weight).sum()
}

/// The weights along one axis; their sum is 1.
fn bell() -> Vec<f64> {
    let weights = (-REACH..=REACH).map(|at| (-f64::from(at * at) / (2.0 * SIGMA * SIGMA)).exp());
    let weights: Vec<f64> = weights.collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn grey(level: impl Fn(u32, u32) -> u8) -> RgbImage {
        RgbImage::from_fn(40, 30, |x, y| Rgb([level(x, y); 3]))
    }

    #[test]
    fn flat_pictures_differ_by_their_levels_alone() {
        let expected = (2.0 * 100.0 * 110.0 + C1) / (100.0_f64.powi(2) + 110.0_f64.powi(2) + C1);
        assert!((ssim(&grey(|_, _| 100), &grey(|_, _| 110)) - expected).abs() < 1e-9);
    }

    #[test]
    fn a_negative_is_no_likeness() {
        let checks = |x: u32, y: u32| if (x / 3 + y / 3).is_multiple_of(2) { 28 } else { 228 };
        let likeness = ssim(&grey(checks), &grey(|x, y| 255 - checks(x, y) + 1));
        assert!(likeness < -0.9, "{likeness}");
    }

    #[test]
    fn half_the_contrast_is_what_the_formula_says() {
        // With equal means, b = mean + (a - mean) / 2 everywhere: variances v and v / 4, covariance v / 2, so that about 0.8 is left.
        let stripes = |depth: u8| grey(move |x, _| if x.is_multiple_of(2) { 128 - depth } else { 128 + depth });
        let likeness = ssim(&stripes(100), &stripes(50));
        assert!((likeness - 0.8).abs() < 0.002, "{likeness}");
    }
}
