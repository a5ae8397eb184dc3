//! The words of ffmpeg for the layout of pixels.

use gstreamer_video::VideoFormat as Format;

/// What a decoder's pixels are in ffmpeg's words. Layouts that differ only in how a decoder likes to arrange its planes have
/// one word. `is_full_range` gives the old words for 8 bits, which is what ffmpeg says of these codecs.
pub(super) fn name(format: Format, codec: &str, is_full_range: bool) -> Option<String> {
    let plain = match format {
        Format::I420 | Format::Yv12 | Format::Nv12 | Format::Nv21 => "yuv420p",
        Format::Y42b | Format::Nv16 | Format::Nv61 => "yuv422p",
        Format::Y444 | Format::Nv24 => "yuv444p",
        Format::Y41b => "yuv411p",
        Format::Yuv9 | Format::Yvu9 => "yuv410p",
        Format::A420 => "yuva420p",
        Format::I42010le | Format::P01010le => "yuv420p10le",
        Format::I42010be => "yuv420p10be",
        Format::I42012le | Format::P012Le => "yuv420p12le",
        Format::P016Le => "yuv420p16le",
        Format::I42210le => "yuv422p10le",
        Format::I42210be => "yuv422p10be",
        Format::I42212le => "yuv422p12le",
        Format::Y44410le => "yuv444p10le",
        Format::Y44410be => "yuv444p10be",
        Format::Y44412le => "yuv444p12le",
        Format::Y44416le => "yuv444p16le",
        Format::A42010le => "yuva420p10le",
        Format::A42210le => "yuva422p10le",
        Format::A44410le => "yuva444p10le",
        Format::Yuy2 => "yuyv422",
        Format::Uyvy => "uyvy422",
        Format::V210 => "v210",
        Format::Gray8 => "gray",
        Format::Gray16Le => "gray16le",
        Format::Gray10Le32 => "gray10le",
        Format::Rgb => "rgb24",
        Format::Bgr => "bgr24",
        Format::Rgba => "rgba",
        Format::Bgra => "bgra",
        Format::Argb => "argb",
        Format::Abgr => "abgr",
        Format::Rgbx => "rgb0",
        Format::Bgrx => "bgr0",
        Format::Xrgb => "0rgb",
        Format::Xbgr => "0bgr",
        Format::Rgb8p => "pal8",
        Format::Gbr => "gbrp",
        Format::Gbra => "gbrap",
        Format::Gbr10le => "gbrp10le",
        Format::Gbr12le => "gbrp12le",
        Format::Rgb16 => "rgb565le",
        Format::Rgb15 => "rgb555le",
        _ => return None,
    };
    let has_old_words = is_full_range && matches!(codec, "h264" | "hevc" | "mjpeg");
    Some(match plain {
        "yuv420p" if has_old_words => "yuvj420p".to_owned(),
        "yuv422p" if has_old_words => "yuvj422p".to_owned(),
        "yuv444p" if has_old_words => "yuvj444p".to_owned(),
        plain => plain.to_owned(),
    })
}

/// What a parser says of a stream that no decoder was found for.
pub(super) fn of_parser(chroma: &str, bits: u32) -> Option<String> {
    let planes = match chroma {
        "4:2:0" => "yuv420p",
        "4:2:2" => "yuv422p",
        "4:4:4" => "yuv444p",
        "4:0:0" => "gray",
        _ => return None,
    };
    match bits {
        8 => Some(planes.to_owned()),
        9..=16 => Some(format!("{planes}{bits}le")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_planes_are_arranged_does_not_matter() {
        let named = |format, codec, full| name(format, codec, full).unwrap();
        assert_eq!(named(Format::Nv12, "h264", false), "yuv420p");
        assert_eq!(named(Format::I420, "mjpeg", true), "yuvj420p");
        assert_eq!(named(Format::I420, "vp9", true), "yuv420p");
        assert_eq!(named(Format::P01010le, "hevc", true), "yuv420p10le");
        assert_eq!(name(Format::Encoded, "h264", false), None);
    }

    #[test]
    fn a_parser_knows_as_much() {
        assert_eq!(of_parser("4:2:2", 10).as_deref(), Some("yuv422p10le"));
        assert_eq!(of_parser("4:2:0", 8).as_deref(), Some("yuv420p"));
        assert_eq!(of_parser("", 8), None);
        assert_eq!(of_parser("4:2:0", 0), None);
    }
}
