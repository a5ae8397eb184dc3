//! The words of ffmpeg for codecs.

use gstreamer::StructureRef;

/// Media types with one codec behind each.
const PLAIN: &[(&str, &str)] = &[
    ("audio/AMR", "amr_nb"),
    ("audio/AMR-WB", "amr_wb"),
    ("audio/x-ac3", "ac3"),
    ("audio/x-alac", "alac"),
    ("audio/x-alaw", "pcm_alaw"),
    ("audio/x-dts", "dts"),
    ("audio/x-eac3", "eac3"),
    ("audio/x-flac", "flac"),
    ("audio/x-mulaw", "pcm_mulaw"),
    ("audio/x-opus", "opus"),
    ("audio/x-private-ts-lpcm", "pcm_bluray"),
    ("audio/x-private1-ac3", "ac3"),
    ("audio/x-private1-dts", "dts"),
    ("audio/x-private1-lpcm", "pcm_dvd"),
    ("audio/x-speex", "speex"),
    ("audio/x-true-hd", "truehd"),
    ("audio/x-vorbis", "vorbis"),
    ("image/gif", "gif"),
    ("image/gst-libav-gif", "gif"),
    ("image/jpeg", "mjpeg"),
    ("image/png", "png"),
    ("image/x-j2c", "jpeg2000"),
    ("image/x-jpc", "jpeg2000"),
    ("video/x-av1", "av1"),
    ("video/x-cineform", "cfhd"),
    ("video/x-cinepak", "cinepak"),
    ("video/x-dnxhd", "dnxhd"),
    ("video/x-dv", "dvvideo"),
    ("video/x-ffv", "ffv1"),
    ("video/x-flash-screen", "flashsv"),
    ("video/x-flash-video", "flv1"),
    ("video/x-h263", "h263"),
    ("video/x-h264", "h264"),
    ("video/x-h265", "hevc"),
    ("video/x-huffyuv", "huffyuv"),
    ("video/x-prores", "prores"),
    ("video/x-raw", "rawvideo"),
    ("video/x-theora", "theora"),
    ("video/x-vp6", "vp6"),
    ("video/x-vp6-alpha", "vp6a"),
    ("video/x-vp6-flash", "vp6f"),
    ("video/x-vp8", "vp8"),
    ("video/x-vp9", "vp9"),
    ("video/x-xvid", "mpeg4"),
];

/// Media types with a family behind each: type, field, value, codec.
const FAMILIES: &[(&str, &str, i32, &str)] = &[
    ("audio/mpeg", "mpegversion", 2, "aac"),
    ("audio/mpeg", "mpegversion", 4, "aac"),
    ("audio/mpeg", "layer", 1, "mp1"),
    ("audio/mpeg", "layer", 2, "mp2"),
    ("audio/mpeg", "layer", 3, "mp3"),
    ("audio/x-wma", "wmaversion", 1, "wmav1"),
    ("audio/x-wma", "wmaversion", 2, "wmav2"),
    ("audio/x-wma", "wmaversion", 3, "wmapro"),
    ("audio/x-wma", "wmaversion", 4, "wmalossless"),
    ("video/mpeg", "mpegversion", 1, "mpeg1video"),
    ("video/mpeg", "mpegversion", 2, "mpeg2video"),
    ("video/mpeg", "mpegversion", 4, "mpeg4"),
    ("video/x-divx", "divxversion", 3, "msmpeg4v3"),
    ("video/x-divx", "divxversion", 4, "mpeg4"),
    ("video/x-divx", "divxversion", 5, "mpeg4"),
    ("video/x-indeo", "indeoversion", 3, "indeo3"),
    ("video/x-indeo", "indeoversion", 5, "indeo5"),
    ("video/x-msmpeg", "msmpegversion", 41, "msmpeg4v1"),
    ("video/x-msmpeg", "msmpegversion", 42, "msmpeg4v2"),
    ("video/x-msmpeg", "msmpegversion", 43, "msmpeg4v3"),
    ("video/x-svq", "svqversion", 1, "svq1"),
    ("video/x-svq", "svqversion", 3, "svq3"),
    ("video/x-wmv", "wmvversion", 1, "wmv1"),
    ("video/x-wmv", "wmvversion", 2, "wmv2"),
    ("video/x-wmv", "wmvversion", 3, "wmv3"),
];

/// The codec of a stream. One that ffmpeg has no short word for is called by its media type, so that no policy takes it for
/// something else.
pub(super) fn name(coded: &StructureRef) -> String {
    let media = coded.name().as_str();
    if media == "audio/x-raw" {
        return pcm(coded.get::<&str>("format").unwrap_or_default());
    }
    // VC-1 is the third version of WMV with another syntax.
    if media == "video/x-wmv" && coded.get::<&str>("format").is_ok_and(|format| format == "WVC1") {
        return "vc1".to_owned();
    }
    let plain = PLAIN.iter().find(|(known, _)| *known == media).map(|(_, codec)| *codec);
    let of_family = || {
        FAMILIES
            .iter()
            .find(|(known, field, value, _)| {
                *known == media && coded.get::<i32>(*field).is_ok_and(|found| found == *value)
            })
            .map(|(_, _, _, codec)| *codec)
    };
    let known = plain.or_else(of_family).map(str::to_owned);
    known.unwrap_or_else(|| {
        let (_, kind) = media.split_once('/').unwrap_or(("", media));
        kind.trim_start_matches("x-").to_owned()
    })
}

/// `S16LE` is `pcm_s16le`.
fn pcm(format: &str) -> String {
    format!("pcm_{}", format.to_ascii_lowercase())
}

/// The profile, where the codec has such a thing.
pub(super) fn profile(coded: &StructureRef) -> Option<String> {
    let text = |field| coded.get::<&str>(field).ok().map(str::to_owned);
    text("profile").or_else(|| (coded.name() == "video/x-prores").then(|| text("variant")).flatten())
}

#[cfg(test)]
mod tests {
    use gstreamer::{Caps, Structure};

    use super::*;

    fn read(caps: &str) -> Structure {
        gstreamer::init().unwrap();
        caps.parse::<Caps>().unwrap().structure(0).unwrap().to_owned()
    }

    #[test]
    fn families_are_told_apart() {
        let named = |caps| name(&read(caps));
        assert_eq!(named("video/x-h265, profile=main-10"), "hevc");
        assert_eq!(named("video/mpeg, mpegversion=4, systemstream=false"), "mpeg4");
        assert_eq!(named("video/mpeg, mpegversion=2, systemstream=false"), "mpeg2video");
        assert_eq!(named("audio/mpeg, mpegversion=1, layer=3"), "mp3");
        assert_eq!(named("audio/mpeg, mpegversion=1, layer=2"), "mp2");
        assert_eq!(named("audio/mpeg, mpegversion=4"), "aac");
        assert_eq!(named("video/x-wmv, wmvversion=3, format=WVC1"), "vc1");
        assert_eq!(named("video/x-wmv, wmvversion=3, format=WMV3"), "wmv3");
        assert_eq!(named("audio/x-raw, format=S24BE"), "pcm_s24be");
        assert_eq!(named("video/x-surprise"), "surprise");
    }

    #[test]
    fn profiles() {
        assert_eq!(profile(&read("video/x-h264, profile=high")).as_deref(), Some("high"));
        assert_eq!(profile(&read("video/x-prores, variant=hq")).as_deref(), Some("hq"));
        assert_eq!(profile(&read("image/jpeg")), None);
    }
}
