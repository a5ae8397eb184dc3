//! What the streams of a video tell of its picture.

use safelight_video::{MediaTraits, VideoTraits};

use super::picture::Picture;

/// What is known of the streams of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Streams {
    /// Nobody asked, or nobody could answer: what was known before holds.
    #[default]
    Unknown,
    /// There is nothing that could be shown.
    Unreadable,
    /// What was found.
    Found(Box<MediaTraits>),
}

/// The picture of a video as its decoder sees it: pixels made square, the duration of the container. Where the streams say
/// nothing, the tags hold.
pub(crate) fn seen(picture: Picture, streams: &Streams) -> Picture {
    let Streams::Found(traits) = streams else {
        return picture;
    };
    let duration = traits.duration_ms.and_then(|ms| i32::try_from(ms).ok());
    let Some(video) = &traits.video else {
        return picture;
    };
    Picture {
        stored: squared(video).or(picture.stored),
        orientation: Some(orientation(video)),
        duration: duration.or(picture.duration),
        fps: video.fps.or(picture.fps),
        ..picture
    }
}

/// Width and height with the width stretched so that pixels are square.
fn squared(video: &VideoTraits) -> Option<(i32, i32)> {
    let (wide, high) = video.pixel_aspect;
    let stretched = u64::from(video.width) * u64::from(wide);
    let width = (stretched + u64::from(high) / 2).checked_div(u64::from(high))?;
    Some((i32::try_from(width).ok()?, i32::try_from(video.height).ok()?))
}

/// The turn as EXIF writes it: 1 to 8.
fn orientation(video: &VideoTraits) -> u8 {
    match (video.rotation, video.is_mirrored) {
        (90, false) => 6,
        (180, false) => 3,
        (270, false) => 8,
        (0, true) => 2,
        (90, true) => 7,
        (180, true) => 4,
        (270, true) => 5,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn video(width: u32, height: u32, pixel_aspect: (u32, u32), rotation: u16) -> Streams {
        let video = VideoTraits {
            codec: "h264".to_owned(),
            profile: None,
            pixel_format: None,
            primaries: None,
            transfer: None,
            matrix: None,
            is_full_range: false,
            width,
            height,
            pixel_aspect,
            rotation,
            is_mirrored: false,
            is_interlaced: false,
            fps: Some(25.0),
            bitrate: None,
        };
        Streams::Found(Box::new(MediaTraits {
            container: "mp4".to_owned(),
            duration_ms: Some(1_234),
            video: Some(video),
            ..MediaTraits::default()
        }))
    }

    #[test]
    fn pixels_become_square_and_the_turn_is_that_of_exif() {
        let tagged = Picture {
            stored: Some((720, 576)),
            orientation: Some(1),
            duration: Some(1_000),
            ..Picture::default()
        };
        let wide = seen(tagged.clone(), &video(720, 576, (64, 45), 90));
        assert_eq!((wide.stored, wide.orientation), (Some((1024, 576)), Some(6)));
        assert_eq!(wide.shown(), Some((576, 1024)));
        assert_eq!((wide.duration, wide.fps), (Some(1_234), Some(25.0)));
        assert_eq!(seen(tagged.clone(), &Streams::Unreadable), tagged);
    }

    #[test]
    fn a_mirror_is_one_of_the_other_four() {
        let Streams::Found(traits) = video(1, 1, (1, 1), 270) else {
            panic!("found")
        };
        let mut video = traits.video.unwrap();
        assert_eq!(orientation(&video), 8);
        video.is_mirrored = true;
        assert_eq!(orientation(&video), 5);
        video.rotation = 0;
        assert_eq!(orientation(&video), 2);
    }
}
