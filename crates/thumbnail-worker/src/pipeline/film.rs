//! The small pictures of a film, from the one picture of it that somebody else decoded.

use super::error::PictureError;
use super::options::PictureOptions;
use super::orient::{self, Orientation};
use super::raster::{Channels, Raster, Size};
use super::resize::Shrinker;
use super::strip::Carried;
use super::{Pictures, derive, pause};

/// A picture of a film: sRGB, not turned yet.
#[derive(Debug, Clone)]
pub struct FilmPicture {
    /// Pixels as decoded.
    pub size: Size,
    /// The size at which its pixels are square.
    pub square: Size,
    /// What to do with it for viewing.
    pub orientation: Orientation,
    /// Red, green, blue, row by row without gaps.
    pub rgb: Vec<u8>,
}

impl FilmPicture {
    /// Runs the steps that follow decoding. `cancelled` is asked between them.
    ///
    /// # Errors
    /// The pixels are not as many as the size says; [`PictureError::Cancelled`] when told to stop.
    pub fn render(self, options: &PictureOptions, cancelled: &dyn Fn() -> bool) -> Result<Pictures, PictureError> {
        let pause = || pause(cancelled);
        if self.rgb.len() != self.size.pixels() * Channels::Rgb.count() {
            return Err(PictureError::internal(
                "reading a film",
                "its picture has another length than its size says",
            ));
        }
        pause()?;
        let base = options
            .outputs()
            .map(|output| {
                output
                    .size
                    .map_or(self.square, |shorter| self.square.with_shorter_side(shorter))
            })
            .max_by_key(|size| size.pixels())
            .unwrap_or(self.square);
        let original = self.orientation.turned(self.square);
        let raster = Raster::of_bytes(self.size, Channels::Rgb, self.rgb);
        let mut shrinker = Shrinker::new();
        let raster = if raster.size == base {
            raster
        } else {
            shrinker.shrink(&raster, base)?
        };
        pause()?;
        let raster = orient::turn(raster, self.orientation)?;
        let derived = derive::derive(raster, &mut shrinker, options, &Carried::of_film(), &pause)?;
        Ok(Pictures {
            original,
            stored: Some(self.square),
            orientation: self.orientation,
            ..derived
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::container::riff;
    use super::*;

    /// Red on the left, blue on the right.
    fn film(size: Size, square: Size, orientation: Orientation) -> FilmPicture {
        let half = size.width / 2;
        let pixel = |at: u32| {
            if at % size.width < half {
                [200, 0, 0]
            } else {
                [0, 0, 200]
            }
        };
        FilmPicture {
            size,
            square,
            orientation,
            rgb: (0..size.width * size.height).flat_map(pixel).collect(),
        }
    }

    const STORED: Size = Size { width: 72, height: 58 };
    const SQUARE: Size = Size { width: 102, height: 58 };

    #[test]
    fn pixels_become_square_and_the_picture_upright() {
        let options = PictureOptions::default();
        let made = film(STORED, SQUARE, Orientation::Clockwise)
            .render(&options, &|| false)
            .unwrap();
        assert_eq!((made.preview.width, made.preview.height), (58, 102));
        let preview = image::load_from_memory(&made.preview.bytes).unwrap().to_rgb8();
        let (top, bottom) = (preview.get_pixel(29, 10), preview.get_pixel(29, 90));
        assert!(top[0] > 150 && top[2] < 60, "what was left is above: {top:?}");
        assert!(bottom[2] > 150 && bottom[0] < 60, "{bottom:?}");
    }

    #[test]
    fn files_of_films_carry_nothing_and_halve_their_colours() {
        let options = PictureOptions::default();
        let made = film(STORED, STORED, Orientation::Upright)
            .render(&options, &|| false)
            .unwrap();
        let webp: Vec<_> = riff::chunks(&made.thumbnail.bytes).map(|(name, _)| name).collect();
        assert_eq!(webp, [*b"VP8 "]);
        let header = turbojpeg::read_header(&made.preview.bytes).unwrap();
        assert_eq!(header.subsamp, turbojpeg::Subsamp::Sub2x2);
        assert!(!made.preview.bytes.windows(11).any(|at| at == b"ICC_PROFILE"));
        assert!(!made.is_transparent && !made.thumbhash.is_empty());
    }

    #[test]
    fn too_few_pixels_and_a_stop_are_errors() {
        let options = PictureOptions::default();
        let mut short = film(STORED, STORED, Orientation::Upright);
        short.rgb.pop();
        assert!(matches!(
            short.render(&options, &|| false),
            Err(PictureError::Internal { .. })
        ));
        let stopped = film(STORED, STORED, Orientation::Upright).render(&options, &|| true);
        assert!(matches!(stopped, Err(PictureError::Cancelled)));
    }
}
