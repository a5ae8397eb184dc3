//! The stream that is shown.

use crate::error::Refusal;
use crate::film::{Film, turn};
use crate::libav::StreamFacts;
use crate::traits::VideoTraits;

/// Words that say that nothing is known.
const UNKNOWN: [&str; 3] = ["unknown", "unspecified", "reserved"];

/// What a stream of pictures is.
///
/// # Errors
/// It has no size, or no decoder shows it as it is.
pub(super) fn traits(stream: &StreamFacts) -> Result<VideoTraits, Refusal> {
    if let Some(flaw) = Film::flaw(stream) {
        return Err(flaw);
    }
    let (width, height) = stream
        .size
        .ok_or_else(|| Refusal::NoPicture("its size cannot be told".to_owned()))?;
    let word = |word: &Option<String>| word.clone().filter(|word| !UNKNOWN.contains(&word.as_str()));
    let (rotation, is_mirrored) = stream.matrix.as_ref().map(turn).unwrap_or_default();
    Ok(VideoTraits {
        codec: codec(stream),
        profile: stream.profile.as_deref().map(super::profile),
        pixel_format: stream.pixels.clone(),
        primaries: word(&stream.primaries),
        transfer: word(&stream.transfer),
        matrix: word(&stream.colours),
        is_full_range: stream.is_full_range
            || stream
                .pixels
                .as_deref()
                .is_some_and(|pixels| pixels.starts_with("yuvj")),
        width,
        height,
        pixel_aspect: stream.aspect.and_then(pixel_aspect).unwrap_or((1, 1)),
        rotation,
        is_mirrored,
        is_interlaced: stream.is_interlaced,
        projection: stream.view.sphere.map(|sphere| sphere.projection.word().to_owned()),
        fps: stream.rate.and_then(fps),
        bitrate: stream.bitrate,
    })
}

/// The codec, or the four letters of one that has no name, so that no policy takes it for something else.
pub(super) fn codec(stream: &StreamFacts) -> String {
    match &stream.codec {
        Some(codec) if Film::flaw(stream).is_none() => codec.clone(),
        Some(codec) if stream.tag.is_empty() => codec.clone(),
        _ => stream.tag.to_ascii_lowercase(),
    }
}

/// Frames per second; one beyond all reason is a mistake of the container.
fn fps((n, d): (u32, u32)) -> Option<f64> {
    let fps = f64::from(n) / f64::from(d);
    (fps > 0.0 && fps <= 1_000.0).then_some(fps)
}

/// Pixels of a shape that screens know; a hundred times as wide as high is a mistake of the container.
fn pixel_aspect((wide, high): (u32, u32)) -> Option<(u32, u32)> {
    let is_sane = wide <= high.saturating_mul(100) && high <= wide.saturating_mul(100);
    is_sane.then_some((wide, high))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::stream;
    use crate::libav::Kind;

    #[test]
    fn what_a_phone_films_in_high_dynamic_range() {
        let film = StreamFacts {
            profile: Some("Main 10".to_owned()),
            pixels: Some("yuv420p10le".to_owned()),
            transfer: Some("arib-std-b67".to_owned()),
            matrix: Some([0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30]),
            aspect: Some((4, 3)),
            rate: Some((30_000, 1_001)),
            ..stream(Kind::Video, "hevc", 1, true)
        };
        let traits = traits(&film).unwrap();
        assert_eq!(
            (traits.codec.as_str(), traits.profile.as_deref()),
            ("hevc", Some("main-10"))
        );
        assert_eq!(traits.pixel_format.as_deref(), Some("yuv420p10le"));
        assert_eq!(traits.transfer.as_deref(), Some("arib-std-b67"));
        assert_eq!((traits.rotation, traits.is_mirrored), (90, false));
        assert_eq!(traits.pixel_aspect, (4, 3));
        assert!((traits.fps.unwrap() - 29.97).abs() < 0.001);
    }

    #[test]
    fn colours_that_nobody_told_are_not_made_up() {
        let film = StreamFacts {
            primaries: Some("unknown".to_owned()),
            ..stream(Kind::Video, "h264", 1, true)
        };
        let traits = traits(&film).unwrap();
        assert_eq!((traits.primaries, traits.transfer, traits.matrix), (None, None, None));
        assert_eq!((traits.is_full_range, traits.fps), (false, None));
    }

    #[test]
    fn what_cannot_be_shown_is_refused_by_its_name() {
        let film = stream(Kind::Video, "h264", 1, true);
        let sizeless = StreamFacts {
            size: None,
            ..film.clone()
        };
        assert!(matches!(traits(&sizeless), Err(Refusal::NoPicture(_))));
        let foreign = StreamFacts {
            codec: None,
            has_decoder: false,
            tag: "SURP".to_owned(),
            ..film.clone()
        };
        let said = "the film's picture is in a format (SURP) that this server cannot read";
        assert_eq!(traits(&foreign).unwrap_err().to_string(), said);
        let dolby = StreamFacts {
            dolby_vision: Some((5, 0)),
            ..film
        };
        assert!(
            traits(&dolby)
                .unwrap_err()
                .to_string()
                .contains("(Dolby Vision profile 5)")
        );
    }

    #[test]
    fn nonsense_is_left_out() {
        let odd = StreamFacts {
            rate: Some((90_000, 1)),
            aspect: Some((1_000, 1)),
            ..stream(Kind::Video, "h264", 1, true)
        };
        let traits = traits(&odd).unwrap();
        assert_eq!((traits.fps, traits.pixel_aspect), (None, (1, 1)));
    }
}
