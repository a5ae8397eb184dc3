//! With what, and how, a picture was taken.

use super::bounds;
use crate::tags::Tags;

/// The groups in which cameras write what they did; makers' own notes come after them.
const SHOT: &[&str] = &["ExifIFD", "IFD0", "XMP-exif", "XMP-exifEX"];

/// Camera, lens and exposure.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Camera {
    pub(crate) make: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) lens_model: Option<String>,
    pub(crate) f_number: Option<f64>,
    /// Millimetres.
    pub(crate) focal_length: Option<f64>,
    pub(crate) iso: Option<i32>,
    /// Seconds as people write them: `1/160`, `0.5`, `30`.
    pub(crate) exposure_time: Option<String>,
}

/// Reads camera, lens and exposure.
pub(crate) fn camera(tags: &Tags) -> Camera {
    let positive = |name: &str| {
        let number = tags.number(name, SHOT)?;
        (number > 0.0 && number <= bounds::LARGEST).then_some(number)
    };
    Camera {
        make: tags.text("Make", &["IFD0"]).map(bounds::name),
        model: tags.text("Model", &["IFD0"]).map(bounds::name),
        lens_model: lens(tags),
        f_number: positive("FNumber").map(|number| rounded(number, 100.0)),
        focal_length: positive("FocalLength").map(|number| rounded(number, 1000.0)),
        iso: tags.all("ISO", SHOT).find_map(sensitivity).and_then(whole),
        exposure_time: tags
            .text("ExposureTime", SHOT)
            .filter(|text| *text != "0" && *text != "undef")
            .map(bounds::name),
    }
}

/// The least that a number behind a word may be: `Hi 400` is one, the steps of `Lo 1` are not.
const LEAST_BEHIND_A_WORD: f64 = 25.0;

/// The first number of a sensitivity that is one: `80, 0`, `0 400`, `Hi 400`; it may have its meaning written behind it.
fn sensitivity(text: &str) -> Option<f64> {
    let is_worded = text.starts_with(char::is_alphabetic);
    let mut words = text.split([' ', ',']).filter_map(|word| word.parse::<f64>().ok());
    let least = if is_worded {
        LEAST_BEHIND_A_WORD
    } else {
        f64::MIN_POSITIVE
    };
    words.find(|number| *number >= least && *number <= bounds::LARGEST)
}

/// The lens by the best of the tags that may name it. exiftool lists several where a number stands for more than one; the
/// first is the lens itself, the others are it with converters or its clones.
fn lens(tags: &Tags) -> Option<String> {
    let names = ["LensID", "LensModel", "LensSpec", "LensType"];
    let texts = names.iter().flat_map(|name| tags.all(name, &["Composite", "ExifIFD"]));
    let mut candidates = texts
        .filter_map(|text| text.split(" or ").next())
        .map(str::trim)
        .filter(|text| is_name(text));
    candidates.next().map(bounds::name)
}

fn is_name(text: &str) -> bool {
    let unknown = ["unknown", "n/a", "none", "no lens", "manual lens", "undef"];
    let lower = text.to_lowercase();
    text.chars().any(char::is_alphabetic) && !unknown.iter().any(|word| lower.starts_with(word))
}

fn rounded(number: f64, steps: f64) -> f64 {
    (number * steps).round() / steps
}

/// A number as a whole one, where it fits.
pub(crate) fn whole(number: f64) -> Option<i32> {
    let rounded = number.round();
    let fits = rounded >= f64::from(i32::MIN) && rounded <= f64::from(i32::MAX);
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "the range is checked above"
    )]
    fits.then_some(rounded as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lens_of(entries: &[(&str, &str)]) -> Option<String> {
        lens(&Tags::of(entries))
    }

    #[test]
    fn the_lens_has_a_name_or_none() {
        let tamron = "Tamron AF 28-105mm F4-5.6 [IF]";
        assert_eq!(
            lens_of(&[("XMP-aux:LensID", "128"), ("Composite:LensID", tamron)]).as_deref(),
            Some(tamron)
        );
        let listed = "Canon RF 100-500mm or Canon RF 100-500mm + RF1.4x or Canon RF 100-500mm + RF2x";
        assert_eq!(
            lens_of(&[("Composite:LensID", listed)]).as_deref(),
            Some("Canon RF 100-500mm")
        );
        assert_eq!(
            lens_of(&[("Composite:LensID", "Unknown 6-18mm"), ("Canon:LensType", "n/a")]),
            None
        );
        let phone = [
            ("Composite:LensID", "Unknown (1)"),
            ("ExifIFD:LensModel", "iPhone 7 back camera 3.99mm f/1.8"),
        ];
        assert_eq!(lens_of(&phone).as_deref(), Some("iPhone 7 back camera 3.99mm f/1.8"));
    }

    #[test]
    fn the_camera_before_its_maker_notes() {
        let tags = Tags::of(&[
            ("Canon:FNumber", "5.02152302809876"),
            ("ExifIFD:FNumber", "1.779999971"),
            ("Canon:ISO", "74.9"),
            ("ExifIFD:ISO", "80 0"),
            ("ExifIFD:ExposureTime", "1/400"),
            ("ExifIFD:FocalLength", "0"),
        ]);
        let camera = camera(&tags);
        assert_eq!(
            (camera.f_number, camera.iso, camera.focal_length),
            (Some(1.78), Some(80), None)
        );
        assert_eq!(camera.exposure_time.as_deref(), Some("1/400"));
    }

    #[test]
    fn sensitivities() {
        for (text, iso) in [
            ("80, 0", Some(80)),
            ("0 400", Some(400)),
            ("400", Some(400)),
            ("Hi 400", Some(400)),
            ("Lo 1", None),
            ("100 (Auto)", Some(100)),
            ("Auto", None),
            ("0", None),
            ("-5", None),
        ] {
            assert_eq!(camera(&Tags::of(&[("Nikon:ISO", text)])).iso, iso, "{text}");
        }
        let later = Tags::of(&[("ExifIFD:ISO", "0"), ("Nikon:ISO", "0 400")]);
        assert_eq!(camera(&later).iso, Some(400));
    }

    #[test]
    fn numbers_that_no_camera_has_are_not_kept() {
        let endless = "9".repeat(308);
        let tags = Tags::of(&[
            ("XMP-exif:FNumber", &endless),
            ("XMP-exif:FocalLength", "1e400"),
            ("XMP-exif:ISO", &endless),
            ("IFD0:Make", &endless.repeat(10)),
        ]);
        let camera = camera(&tags);
        assert_eq!((camera.f_number, camera.iso), (None, None));
        assert!(camera.focal_length.is_none_or(f64::is_finite));
        assert_eq!(camera.make.map(|make| make.len()), Some(500));
    }
}
