//! What people wrote about a picture.

use super::bounds;
use crate::tags::Tags;

/// The description: of the three places where it may stand (EXIF, IPTC, XMP) the one that the Metadata Working Group names.
pub(crate) fn description(tags: &Tags) -> Option<String> {
    let places = ["Description", "ImageDescription", "Caption-Abstract"];
    places
        .iter()
        .find_map(|name| tags.text(name, &["MWG"]))
        .map(str::to_owned)
}

/// The rating in stars, 1 to 5. 0 is "not rated", and so is -1 ("rejected") when it is read from a file: a client that set
/// it sees it only until the file is read again (recorded exchange 355).
pub(crate) fn rating(tags: &Tags) -> Option<i32> {
    let text = tags.text("Rating", &["MWG"])?;
    // Some programs write `3.0`.
    let stars = text.trim_end_matches('0').strip_suffix('.').unwrap_or(text);
    stars.parse().ok().filter(|stars| (1..=5).contains(stars))
}

/// `EQUIRECTANGULAR` and its kin: how to show a panorama.
pub(crate) fn projection_type(tags: &Tags) -> Option<String> {
    tags.text("ProjectionType", &["XMP-GPano", "XMP-GSpherical"])
        .map(|text| bounds::name(text).to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions() {
        let both = [
            ("IFD0:ImageDescription", "a"),
            ("XMP-dc:Description", "b"),
            ("MWG:Description", "a"),
        ];
        assert_eq!(description(&Tags::of(&both)).as_deref(), Some("a"));
        assert_eq!(description(&Tags::of(&[("IFD0:ImageDescription", "  \0 ")])), None);
    }

    #[test]
    fn ratings() {
        for (text, expected) in [
            ("3", Some(3)),
            ("0", None),
            ("-1", None),
            ("5", Some(5)),
            ("3.0", Some(3)),
            ("99", None),
            ("2.5", None),
            ("x", None),
        ] {
            assert_eq!(rating(&Tags::of(&[("XMP-xmp:Rating", text)])), expected, "{text}");
        }
    }
}
