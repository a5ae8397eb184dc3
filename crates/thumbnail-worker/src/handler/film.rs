//! The pictures of a video: one that stands for it is found by a helper process, the rest is as for a photo.

use std::path::Path;

use safelight_core::db::decoded::Version;
use safelight_core::jobs::JobError;
use safelight_video::{Frame, VideoError, frame_memory};
use tokio_util::sync::CancellationToken;

use super::asset::AssetFacts;
use super::generate_thumbnails::ThumbnailHandler;
use super::options::film_options;
use crate::maker::{on_a_thread, unless};
use crate::pipeline::{FilmPicture, Orientation, PictureError, Pictures, Size};
use crate::reason::reason;

/// The pixels of a video of which nothing is known yet.
const USUAL_PIXELS: u64 = 1920 * 1080;

impl ThumbnailHandler {
    /// The pictures of a video, and the file that they are of.
    pub(super) async fn pictures_of_film(
        &self,
        asset: &AssetFacts,
        cancel: &CancellationToken,
    ) -> Result<(Pictures, Version), JobError> {
        let path = Path::new(&asset.original_path);
        let file = self.store.open(path).await.map_err(|error| JobError::reading(&error))?;
        if file.length() == 0 {
            return Err(reason(&PictureError::Empty));
        }
        let settings = self.settings.current();
        let options = film_options(&settings.image, asset);
        let most_pixels = self.config.limits.pixels;
        let pixels = asset.pixels.unwrap_or(USUAL_PIXELS).min(most_pixels);
        let work = async {
            let place = self.maker.enter(frame_memory(pixels)).await?;
            let frame = self
                .videos
                .frame(&file.file(), settings.ffmpeg.tonemap, most_pixels)
                .await;
            Ok((frame.map_err(|error| film_error(&error))?, place))
        };
        let (frame, _place) = unless(cancel, work).await?;
        let (picture, stop) = (film_picture(frame), cancel.clone());
        let pictures = on_a_thread(move || picture.render(&options, &|| stop.is_cancelled())).await?;
        Ok((pictures, file.version()))
    }
}

fn film_error(error: &VideoError) -> JobError {
    if error.can_heal() {
        JobError::retry(error.to_string())
    } else {
        JobError::permanent(error.to_string())
    }
}

fn film_picture(Frame { shape, rgb }: Frame) -> FilmPicture {
    let (width, height) = shape.square;
    FilmPicture {
        size: Size {
            width: shape.width,
            height: shape.height,
        },
        square: Size { width, height },
        orientation: Orientation::from_exif(u32::from(shape.orientation)).unwrap_or_default(),
        rgb,
    }
}
