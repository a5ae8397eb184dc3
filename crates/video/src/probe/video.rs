//! The stream that is shown.

use gstreamer::{Fraction, Structure};
use gstreamer_video::{VideoColorRange, VideoInfo};

use super::stream::Stream;
use super::{codec, colour::Colour, pixel, turn::turn};
use crate::error::Refusal;
use crate::traits::VideoTraits;

/// What a stream of pictures is.
///
/// # Errors
/// It has no size: there is neither a decoder nor a header to ask.
pub(super) fn traits(stream: &Stream) -> Result<VideoTraits, Refusal> {
    let coded = stream.coded().ok_or(Refusal::NoVideo)?;
    let raw = stream.raw.as_ref().and_then(|caps| VideoInfo::from_caps(caps).ok());
    let name = codec::name(&coded);
    let Some((width, height)) = size(&coded, raw.as_ref()) else {
        return Err(Refusal::NoDecoder(name));
    };
    let mut colour = coded.get::<&str>("colorimetry").map(Colour::parse).unwrap_or_default();
    // A decoder fills in what is not told, so only what it cannot have made up is believed.
    colour.is_full_range |= raw
        .as_ref()
        .is_some_and(|raw| raw.format_info().is_yuv() && raw.colorimetry().range() == VideoColorRange::Range0_255);
    let pixel_format = match &raw {
        Some(raw) => pixel::name(raw.format(), &name, colour.is_full_range),
        None => pixel::of_parser(
            coded.get::<&str>("chroma-format").unwrap_or_default(),
            coded.get::<u32>("bit-depth-luma").unwrap_or_default(),
        ),
    };
    let orientation = stream.tags.as_ref().and_then(|tags| {
        let tag = tags.get::<gstreamer::tags::ImageOrientation>()?;
        Some(turn(tag.get()))
    });
    let (rotation, is_mirrored) = orientation.unwrap_or_default();
    let rate = fraction(&coded, "framerate").or_else(|| raw.as_ref().map(VideoInfo::fps));
    let aspect = raw
        .as_ref()
        .map(VideoInfo::par)
        .or_else(|| fraction(&coded, "pixel-aspect-ratio"));
    Ok(VideoTraits {
        profile: codec::profile(&coded),
        pixel_format,
        primaries: colour.primaries,
        transfer: colour.transfer,
        matrix: colour.matrix,
        is_full_range: colour.is_full_range,
        width,
        height,
        pixel_aspect: aspect.and_then(pixel_aspect).unwrap_or((1, 1)),
        rotation,
        is_mirrored,
        is_interlaced: is_interlaced(&coded, raw.as_ref()),
        fps: rate.and_then(fps),
        bitrate: stream.bitrate(),
        codec: name,
    })
}

fn size(coded: &Structure, raw: Option<&VideoInfo>) -> Option<(u32, u32)> {
    let side = |field: &str| u32::try_from(coded.get::<i32>(field).ok()?).ok();
    let told = || Some((side("width")?, side("height")?));
    raw.map(|raw| (raw.width(), raw.height()))
        .or_else(told)
        .filter(|(width, height)| *width > 0 && *height > 0)
}

fn fraction(structure: &Structure, field: &str) -> Option<Fraction> {
    structure.get::<Fraction>(field).ok()
}

/// Frames per second; a rate that varies is written as zero, and one beyond all reason is a mistake of the container.
fn fps(rate: Fraction) -> Option<f64> {
    let fps = f64::from(rate.numer()) / f64::from(rate.denom());
    (fps > 0.0 && fps <= 1_000.0).then_some(fps)
}

/// Pixels of a shape that screens know; a hundred times as wide as high is a mistake of the container.
fn pixel_aspect(aspect: Fraction) -> Option<(u32, u32)> {
    let (wide, high) = (u32::try_from(aspect.numer()).ok()?, u32::try_from(aspect.denom()).ok()?);
    let is_sane = wide > 0 && high > 0 && wide <= high.saturating_mul(100) && high <= wide.saturating_mul(100);
    is_sane.then_some((wide, high))
}

fn is_interlaced(coded: &Structure, raw: Option<&VideoInfo>) -> bool {
    raw.map_or_else(
        || {
            coded
                .get::<&str>("interlace-mode")
                .is_ok_and(|mode| mode != "progressive")
        },
        VideoInfo::is_interlaced,
    )
}

#[cfg(test)]
mod tests {
    use gstreamer::{Caps, TagList, TagMergeMode, tags};

    use super::super::stream::Sort;
    use super::*;

    fn stream(coded: &str, raw: Option<&str>) -> Stream {
        gstreamer::init().unwrap();
        Stream {
            id: "1".to_owned(),
            sort: Sort::Video,
            coded: coded.parse().unwrap(),
            raw: raw.map(|raw| raw.parse::<Caps>().unwrap()),
            tags: None,
            is_default: false,
            is_still: false,
        }
    }

    #[test]
    fn what_a_phone_films_in_high_dynamic_range() {
        let mut stream = stream(
            "video/x-h265, width=320, height=240, framerate=30000/1001, profile=main-10, colorimetry=bt2100-hlg",
            Some(
                "video/x-raw, format=I420_10LE, width=320, height=240, pixel-aspect-ratio=4/3, framerate=25/1, \
                 colorimetry=bt2100-hlg",
            ),
        );
        let mut list = TagList::new();
        list.make_mut()
            .add::<tags::ImageOrientation>(&"rotate-90", TagMergeMode::Append);
        stream.tags = Some(list);
        let traits = traits(&stream).unwrap();
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
        let traits = traits(&stream(
            "video/x-h264, width=1920, height=1080",
            Some("video/x-raw, format=I420, width=1920, height=1080, colorimetry=bt709, framerate=0/1"),
        ))
        .unwrap();
        assert_eq!((traits.primaries, traits.transfer, traits.matrix), (None, None, None));
        assert_eq!((traits.is_full_range, traits.fps), (false, None));
    }

    #[test]
    fn without_a_decoder_the_header_is_believed() {
        let header =
            "video/x-h264, width=64, height=48, chroma-format=4:2:2, bit-depth-luma=(uint)10, interlace-mode=mixed";
        let traits = traits(&stream(header, None)).unwrap();
        assert_eq!((traits.width, traits.height), (64, 48));
        assert_eq!(traits.pixel_format.as_deref(), Some("yuv422p10le"));
        assert!(traits.is_interlaced);
    }

    #[test]
    fn a_stream_without_a_size_is_refused() {
        let error = traits(&stream("video/x-surprise", None)).unwrap_err();
        assert_eq!(error, Refusal::NoDecoder("surprise".to_owned()));
    }

    #[test]
    fn nonsense_is_left_out() {
        let odd = "video/x-h264, width=64, height=48, framerate=90000/1, pixel-aspect-ratio=1000/1";
        let traits = traits(&stream(odd, None)).unwrap();
        assert_eq!((traits.fps, traits.pixel_aspect), (None, (1, 1)));
    }
}
