//! What a picture looks like, in numbers that can be compared.

/// Steps in which each of red, green and blue is counted.
const STEPS: usize = 16;

/// Below this spread of brightness there is nothing to see: black, white, a wall, a title card before its title.
const DULL: f32 = 6.0;

/// The look of a small picture.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Look {
    /// Shares of the pixels by red, green and blue.
    histogram: [f32; STEPS * 3],
    /// How far the brightness of its pixels is spread, 0 to 127.
    contrast: f32,
}

impl Look {
    /// Counts the pixels of packed RGB.
    pub(super) fn of(rgb: &[u8]) -> Self {
        let (pixels, _) = rgb.as_chunks::<3>();
        let share = 1.0 / number(pixels.len().max(1));
        let mut histogram = [0.0; STEPS * 3];
        let (mut sum, mut squares) = (0.0, 0.0);
        for pixel in pixels {
            for (channel, value) in pixel.iter().enumerate() {
                if let Some(count) = histogram.get_mut(channel * STEPS + usize::from(value >> 4)) {
                    *count += share;
                }
            }
            let luma = luma(*pixel);
            sum += luma * share;
            squares += luma * luma * share;
        }
        Self {
            histogram,
            contrast: (squares - sum * sum).max(0.0).sqrt(),
        }
    }

    /// Whether there is next to nothing to see.
    pub(super) fn is_dull(&self) -> bool {
        self.contrast < DULL
    }

    fn distance(&self, other: &[f32; STEPS * 3]) -> f32 {
        let squares = self.histogram.iter().zip(other).map(|(a, b)| (a - b) * (a - b));
        squares.sum()
    }
}

/// The picture that stands for all of them: of those that are neither dull nor faded the one nearest to their average, the
/// earlier of two that are equally near. Where all are dull, the least dull. None of none.
///
/// A fade to or from black takes contrast away from a picture that has it when it is whole.
pub(super) fn representative(looks: &[Look]) -> Option<usize> {
    let richest = looks.iter().map(|look| look.contrast).fold(0.0, f32::max);
    let is_whole = |look: &Look| !look.is_dull() && look.contrast >= richest * 0.4;
    let whole: Vec<(usize, &Look)> = looks.iter().enumerate().filter(|(_, look)| is_whole(look)).collect();
    if whole.is_empty() {
        let by_contrast =
            |a: &(usize, &Look), b: &(usize, &Look)| a.1.contrast.total_cmp(&b.1.contrast).then(b.0.cmp(&a.0));
        return looks.iter().enumerate().max_by(by_contrast).map(|(at, _)| at);
    }
    let mut average = [0.0; STEPS * 3];
    let share = 1.0 / number(whole.len());
    for (_, look) in &whole {
        for (sum, count) in average.iter_mut().zip(look.histogram) {
            *sum += count * share;
        }
    }
    let nearest = whole
        .iter()
        .min_by(|(_, a), (_, b)| a.distance(&average).total_cmp(&b.distance(&average)));
    nearest.map(|(at, _)| *at)
}

/// Brightness, 0 to 255.
fn luma([red, green, blue]: [u8; 3]) -> f32 {
    0.299 * f32::from(red) + 0.587 * f32::from(green) + 0.114 * f32::from(blue)
}

#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "the pixels of a small picture"
)]
fn number(count: usize) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 64 pixels between two brightnesses, dimmed to so many parts of 255.
    fn scene(dark: u8, bright: u8, light: u16) -> Look {
        let dim = |value: u8| u8::try_from(u16::from(value) * light / 255).unwrap();
        let pixels: Vec<u8> = (0..64_u8)
            .flat_map(|at| [dim(if at % 2 == 0 { dark } else { bright }); 3])
            .collect();
        Look::of(&pixels)
    }

    #[test]
    fn the_scene_that_most_pictures_show() {
        let (beach, title) = (scene(60, 200, 255), scene(0, 255, 255));
        let looks = [title, beach.clone(), beach.clone(), beach];
        assert_eq!(representative(&looks), Some(1));
    }

    #[test]
    fn black_and_fading_pictures_are_passed_over() {
        let looks = [
            scene(0, 0, 255),
            scene(60, 200, 20),
            scene(60, 200, 70),
            scene(60, 200, 255),
        ];
        assert!(looks[0].is_dull());
        assert_eq!(representative(&looks), Some(3));
    }

    #[test]
    fn the_best_of_nothing_good_and_nothing_of_none() {
        let looks = [scene(0, 0, 255), scene(10, 14, 255), scene(0, 0, 255)];
        assert_eq!(representative(&looks), Some(1));
        assert_eq!(representative(&looks[..1]), Some(0));
        assert_eq!(representative(&[]), None);
    }
}
