//! What the streams of a video tell of its picture.

use safelight_video::MediaTraits;

use super::bounds;
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

/// The picture of a video as its decoder sees it: pixels made square, and how long its streams run, which the tags of a film in
/// fragments, or of one whose clock begins anew, do not tell. Where the streams say nothing, the tags hold.
pub(crate) fn seen(picture: Picture, streams: &Streams) -> Picture {
    let Streams::Found(traits) = streams else {
        return picture;
    };
    let duration = traits
        .duration_ms
        .and_then(|ms| i32::try_from(ms).ok())
        .filter(|ms| *ms > 0);
    let picture = Picture {
        duration: duration.or(picture.duration),
        ..picture
    };
    let Some(video) = &traits.video else {
        return picture;
    };
    let (width, height) = video.square_size();
    let stored = i32::try_from(width).ok().zip(i32::try_from(height).ok());
    Picture {
        stored: stored.or(picture.stored),
        orientation: Some(video.orientation()),
        fps: video.fps.filter(|rate| *rate <= bounds::LARGEST).or(picture.fps),
        ..picture
    }
}

/// How a film is seen all around, where its streams tell; the tags know of fewer ways to tell it.
pub(crate) fn projection(streams: &Streams) -> Option<String> {
    match streams {
        Streams::Found(traits) => traits.video.as_ref()?.projection.clone(),
        Streams::Unknown | Streams::Unreadable => None,
    }
}

#[cfg(test)]
mod tests {
    use safelight_video::VideoTraits;

    use super::*;

    fn video(width: u32, height: u32, pixel_aspect: (u32, u32), rotation: u16) -> Streams {
        let video = VideoTraits {
            width,
            height,
            pixel_aspect,
            rotation,
            fps: Some(25.0),
            ..VideoTraits::default()
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
        let of_unknown_length = |duration_ms| {
            let Streams::Found(traits) = video(720, 576, (1, 1), 0) else {
                panic!("they were found");
            };
            Streams::Found(Box::new(MediaTraits { duration_ms, ..*traits }))
        };
        for untold in [None, Some(0), Some(u64::MAX)] {
            assert_eq!(seen(tagged.clone(), &of_unknown_length(untold)).duration, Some(1_000));
        }
    }
}
