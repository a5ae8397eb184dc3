//! The picture itself: its size, which way is up, its colours, how long it runs.

use safelight_core::formats;

use super::bounds;
use super::camera::whole;
use crate::tags::Tags;

/// What the file says about its pixels.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Picture {
    /// Pixels as stored.
    pub(crate) stored: Option<(i32, i32)>,
    /// 1 to 8 as in EXIF.
    pub(crate) orientation: Option<u8>,
    /// Milliseconds.
    pub(crate) duration: Option<i32>,
    /// Frames per second.
    pub(crate) fps: Option<f64>,
    pub(crate) profile_description: Option<String>,
    pub(crate) colorspace: Option<String>,
    pub(crate) bits_per_sample: Option<i32>,
}

impl Picture {
    /// Width and height as people see it.
    pub(crate) fn shown(&self) -> Option<(i32, i32)> {
        let (width, height) = self.stored?;
        let on_its_side = self
            .orientation
            .is_some_and(|orientation| (5..=8).contains(&orientation));
        Some(if on_its_side { (height, width) } else { (width, height) })
    }
}

/// What kind of file it is, as far as reading it depends on that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    /// A still picture, turned by EXIF.
    Image,
    /// A camera's raw file, which may hold other pictures.
    Raw,
    /// HEIC, HEIF, AVIF: turned by the container; EXIF does not count.
    Heif,
    /// A GIF, which may run.
    Gif,
    /// A video.
    Video,
}

impl Medium {
    /// The medium of a file by its name, and by whether the table of formats calls it a video.
    pub(crate) fn of_name(name: &str, is_video: bool) -> Self {
        let extension = name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            _ if is_video => Self::Video,
            Some("gif") => Self::Gif,
            Some("avif" | "heic" | "heif" | "hif") => Self::Heif,
            _ if formats::by_name(name).is_some_and(|format| format.raw) => Self::Raw,
            _ => Self::Image,
        }
    }

    /// What a picture is by its content, where that is known: names are given by people and programs that do not look.
    pub(crate) fn told(self, tags: &Tags) -> Self {
        let content = tags.exact("File", "FileType");
        match (self, content) {
            (Self::Video, _) | (_, None) => self,
            (_, Some("GIF")) => Self::Gif,
            (_, Some("HEIC" | "HEIF" | "AVIF")) => Self::Heif,
            (Self::Gif | Self::Heif, Some(_)) | (Self::Raw, Some("JPEG")) => Self::Image,
            (_, Some(_)) => self,
        }
    }
}

/// Reads size, orientation, duration and colours.
pub(crate) fn picture(tags: &Tags, medium: Medium) -> Picture {
    let runs = matches!(medium, Medium::Video | Medium::Gif);
    let seconds = tags
        .number("Duration", &["QuickTime"])
        .filter(|seconds| runs && *seconds > 0.0);
    // In XMP, or beside the small picture in IFD1, it turns nothing anywhere.
    let elsewhere = || tags.has("Orientation").then_some(1);
    Picture {
        stored: stored(tags, medium),
        orientation: match medium {
            Medium::Video => Some(turned(tags).unwrap_or(1)),
            Medium::Heif => irot(tags),
            Medium::Raw => exif_orientation(tags.number("Orientation", &["IFD0"])),
            Medium::Image | Medium::Gif => {
                exif_orientation(tags.exact_number("IFD0", "Orientation")).or_else(elsewhere)
            }
        },
        duration: seconds.and_then(|seconds| whole(seconds * 1000.0)),
        fps: tags
            .number("VideoFrameRate", &[])
            .filter(|rate| medium == Medium::Video && *rate > 0.0 && *rate <= bounds::LARGEST),
        profile_description: tags.text("ProfileDescription", &["ICC_Profile"]).map(bounds::name),
        colorspace: tags.text("ColorSpace", &["ExifIFD"]).map(bounds::name),
        bits_per_sample: tags.number("BitsPerSample", &["File", "PNG"]).and_then(whole),
    }
}

/// The size in the header of the format, else that of the same group that has both, else what exiftool makes of it. The header
/// of a raw file is that of a small picture in it: there exiftool knows better.
fn stored(tags: &Tags, medium: Medium) -> Option<(i32, i32)> {
    let size = |group: &str| {
        let side = |name| {
            tags.exact(group, name)?
                .parse()
                .ok()
                .and_then(whole)
                .filter(|pixels| *pixels > 0)
        };
        Some((side("ImageWidth")?, side("ImageHeight")?))
    };
    let composed = || {
        let mut sides = tags
            .text("ImageSize", &[])?
            .split([' ', 'x'])
            .map(|side| side.parse().ok());
        let (width, height): (i32, i32) = (sides.next()??, sides.next()??);
        (width > 0 && height > 0).then_some((width, height))
    };
    let tracks = || {
        tags.groups_of("ImageWidth")
            .filter(|group| group.starts_with("Track"))
            .find_map(size)
    };
    let whole = || size("Composite").or_else(composed).filter(|_| medium == Medium::Raw);
    whole()
        .or_else(|| size("File"))
        .or_else(tracks)
        .or_else(composed)
        .or_else(|| tags.groups_of("ImageWidth").find_map(size))
}

fn exif_orientation(value: Option<f64>) -> Option<u8> {
    u8::try_from(whole(value?)?)
        .ok()
        .filter(|value| (1..=8).contains(value))
}

/// The rotation of a HEIF container against the clock: in quarter turns or, by some releases of exiftool, in degrees.
fn irot(tags: &Tags) -> Option<u8> {
    match tags.exact("QuickTime", "Rotation")?.parse().ok()? {
        0 => Some(1),
        1 | 90 => Some(8),
        2 | 180 => Some(3),
        3 | 270 => Some(6),
        _ => None,
    }
}

/// The rotation of a video: degrees with the clock.
fn turned(tags: &Tags) -> Option<u8> {
    match whole(tags.number("Rotation", &["Composite"])?)?.rem_euclid(360) {
        90 => Some(6),
        180 => Some(3),
        270 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(entries: &[(&str, &str)], medium: Medium) -> Picture {
        picture(&Tags::of(entries), medium)
    }

    #[test]
    fn the_header_before_what_a_program_left_behind() {
        let left = [
            ("IFD0:ImageWidth", "4752"),
            ("IFD0:ImageHeight", "3168"),
            ("File:ImageWidth", "950"),
            ("File:ImageHeight", "634"),
        ];
        assert_eq!(read(&left, Medium::Image).stored, Some((950, 634)));
        assert_eq!(
            read(&[("Composite:ImageSize", "600 315")], Medium::Image).stored,
            Some((600, 315))
        );
        assert_eq!(
            read(&[("PNG:ImageWidth", "8"), ("PNG:ImageHeight", "9")], Medium::Image).stored,
            Some((8, 9))
        );
        assert_eq!(
            read(&[("File:ImageWidth", "0"), ("File:ImageHeight", "9")], Medium::Image).stored,
            None
        );
    }

    #[test]
    fn orientations() {
        let size = [("File:ImageWidth", "700"), ("File:ImageHeight", "840")];
        let with = |extra: &[(&'static str, &'static str)], medium| read(&[&size, extra].concat(), medium);
        let exif = with(&[("IFD0:Orientation", "6")], Medium::Image);
        assert_eq!((exif.orientation, exif.shown()), (Some(6), Some((840, 700))));
        let heif = with(&[("IFD0:Orientation", "6"), ("QuickTime:Rotation", "0")], Medium::Heif);
        assert_eq!((heif.orientation, heif.shown()), (Some(1), Some((700, 840))));
        let turned = with(&[("QuickTime:Rotation", "270")], Medium::Heif);
        assert_eq!((turned.orientation, turned.shown()), (Some(6), Some((840, 700))));
        let only_exif = with(&[("IFD0:Orientation", "6")], Medium::Heif);
        assert_eq!((only_exif.orientation, only_exif.shown()), (None, Some((700, 840))));
        let video = with(&[("Composite:Rotation", "270")], Medium::Video);
        assert_eq!((video.orientation, video.shown()), (Some(8), Some((840, 700))));
        assert_eq!(with(&[], Medium::Video).orientation, Some(1));
        assert_eq!(with(&[("IFD0:Orientation", "9")], Medium::Image).orientation, Some(1));
        assert_eq!(with(&[], Medium::Image).orientation, None);
        for elsewhere in ["XMP-tiff:Orientation", "IFD1:Orientation"] {
            let upright = with(&[(elsewhere, "6")], Medium::Image);
            assert_eq!(
                (upright.orientation, upright.shown()),
                (Some(1), Some((700, 840))),
                "{elsewhere}"
            );
        }
    }

    #[test]
    fn the_content_tells_what_a_picture_is() {
        let of =
            |name: &str, content: &str| Medium::of_name(name, false).told(&Tags::of(&[("File:FileType", content)]));
        assert_eq!(of("a.heic", "JPEG"), Medium::Image);
        assert_eq!(of("a.jpg", "HEIC"), Medium::Heif);
        assert_eq!(of("a.heic", "HEIC"), Medium::Heif);
        assert_eq!(of("a.png", "GIF"), Medium::Gif);
        assert_eq!(of("a.gif", "PNG"), Medium::Image);
        assert_eq!(of("a.rw2", "RW2"), Medium::Raw);
        assert_eq!(of("a.rw2", "JPEG"), Medium::Image);
        assert_eq!(Medium::of_name("a.heic", false).told(&Tags::default()), Medium::Heif);
    }

    #[test]
    fn the_size_of_a_raw_file_is_that_of_its_sensor() {
        let tags = [
            ("File:ImageWidth", "1920"),
            ("File:ImageHeight", "1440"),
            ("Composite:ImageSize", "4000 3000"),
        ];
        assert_eq!(read(&tags, Medium::Raw).stored, Some((4000, 3000)));
        assert_eq!(read(&tags, Medium::Image).stored, Some((1920, 1440)));
        assert_eq!(read(&tags[..2], Medium::Raw).stored, Some((1920, 1440)));
    }

    #[test]
    fn only_what_moves_has_a_duration() {
        let tags = [("QuickTime:Duration", "3.13"), ("Track1:VideoFrameRate", "29.97")];
        assert_eq!(read(&tags, Medium::Video).duration, Some(3130));
        assert_eq!(read(&tags, Medium::Video).fps, Some(29.97));
        assert_eq!(read(&tags, Medium::Image).duration, None);
    }
}
