//! What is on the photos: a real one where there is one, otherwise waves and noise.

use anyhow::{Context, Result};
use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

use super::super::pictures::waves;
use crate::media::test_media;

/// A real photo with much detail, of 24 megapixels.
const REAL: &str = "albums/text/craft-beer.jpg";

/// A scene that can be had at any size.
pub(super) struct Scene {
    real: Option<DynamicImage>,
}

impl Scene {
    /// The real one, if it is there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn open() -> Result<Self> {
        let path = test_media()
            .map(|folder| folder.join(REAL))
            .filter(|path| path.is_file());
        let open = |path: std::path::PathBuf| image::open(&path).with_context(|| path.display().to_string());
        Ok(Self {
            real: path.map(open).transpose()?,
        })
    }

    /// For a title.
    pub(super) fn name(&self) -> &'static str {
        match self.real {
            Some(_) => "craft-beer.jpg at each size with noise of one level",
            None => "generated waves and noise",
        }
    }

    /// The scene at one size. Scaling takes the noise of the sensor away, so that it gets some.
    pub(super) fn at(&self, (width, height): (u32, u32)) -> RgbImage {
        let Some(real) = &self.real else {
            return waves(width, height);
        };
        let mut picture = real.resize_to_fill(width, height, FilterType::Lanczos3).into_rgb8();
        let mut state = 1_u32;
        for level in picture.as_flat_samples_mut().samples {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // Of four coins the heads, less two: a standard deviation of one.
            let [heads, ..] = (state >> 28).count_ones().to_le_bytes();
            *level = level.saturating_add(heads).saturating_sub(2);
        }
        picture
    }
}
