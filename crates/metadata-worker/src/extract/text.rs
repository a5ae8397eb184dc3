//! What people wrote about a picture.

use super::bounds;
use super::camera::whole;
use crate::tags::Tags;

/// Where a description may stand.
pub(crate) const DESCRIPTION_TAGS: [&str; 3] = ["Description", "ImageDescription", "Caption-Abstract"];

/// A description in a language (`Description-de`), which is better than none.
const TRANSLATED: &str = "Description-";

/// The description: of the three places where it may stand (EXIF, IPTC, XMP) the one that the Metadata Working Group names.
/// What programs write that had none (`null`) is none.
pub(crate) fn description(tags: &Tags) -> Option<String> {
    let mut texts = DESCRIPTION_TAGS.iter().flat_map(|name| tags.all(name, &["MWG"]));
    let mut translated = tags.beginning_with(TRANSLATED);
    let is_told = |text: &&str| !matches!(text.to_ascii_lowercase().as_str(), "null" | "(null)");
    let found = texts.find(is_told).or_else(|| translated.find(is_told))?;
    Some(found.to_owned())
}

/// Whether tags say anything about the description, even nothing.
pub(crate) fn has_description(tags: &Tags) -> bool {
    tags.has("Description") || tags.beginning_with(TRANSLATED).next().is_some()
}

/// The rating in stars, 1 to 5. 0 is "not rated", and so is -1 ("rejected") when it is read from a file: a client that set
/// it sees it only until the file is read again (recorded exchange 355).
pub(crate) fn rating(tags: &Tags) -> Option<i32> {
    let stars = match tags.text("Rating", &["MWG"]) {
        Some(text) => stars(text)?,
        None => percent(PERCENT_TAGS.iter().find_map(|name| tags.number(name, &[]))?)?,
    };
    whole(stars.round()).filter(|stars| (1..=5).contains(stars))
}

/// Whether tags say anything about the rating.
pub(crate) fn has_rating(tags: &Tags) -> bool {
    tags.has("Rating") || PERCENT_TAGS.iter().any(|name| tags.has(name))
}

/// Where Windows writes the rating in percent.
pub(crate) const PERCENT_TAGS: [&str; 2] = ["RatingPercent", "SharedUserRating"];

/// Stars as programs write them: `3`, `3.0`, `4.5`, `4,5`, `80%`, `4/5`, `4 stars`, `****`.
fn stars(text: &str) -> Option<f64> {
    let text = text.trim();
    if let Some(share) = text.strip_suffix('%') {
        return Some(share.trim().parse::<f64>().ok()? / 20.0);
    }
    let is_star = |c: char| matches!(c, '*' | '\u{2605}' | '\u{2606}');
    if !text.is_empty() && text.chars().all(is_star) {
        let given = text.chars().filter(|c| *c != '\u{2606}');
        return u32::try_from(given.count()).ok().map(f64::from);
    }
    let number = text.split([' ', '/']).next()?.replace(',', ".");
    number.parse().ok()
}

/// Stars of a share of 100: Windows writes 1, 25, 50, 75 and 99 for one to five, and 0 for none.
fn percent(share: f64) -> Option<f64> {
    ((1.0..=100.0).contains(&share)).then(|| (share / 25.0).round() + 1.0)
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
        for nothing in ["null", "NULL", "(null)", " null "] {
            assert_eq!(
                description(&Tags::of(&[("IFD0:ImageDescription", nothing)])),
                None,
                "{nothing}"
            );
            let other = [("MWG:Description", nothing), ("XMP-dc:Description", "b")];
            assert_eq!(description(&Tags::of(&other)).as_deref(), Some("b"), "{nothing}");
        }
        let worded = "null and void";
        assert_eq!(
            description(&Tags::of(&[("IFD0:ImageDescription", worded)])).as_deref(),
            Some(worded)
        );
        let german = [("XMP-dc:Description-de", "Gr\u{fc}\u{df}e")];
        assert_eq!(description(&Tags::of(&german)).as_deref(), Some("Gr\u{fc}\u{df}e"));
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
            ("2.5", Some(3)),
            ("4.5", Some(5)),
            ("0.4", None),
            ("5.4", Some(5)),
            ("6", None),
            ("4,5", Some(5)),
            ("4 stars", Some(4)),
            ("4/5", Some(4)),
            ("***", Some(3)),
            ("\u{2605}\u{2605}\u{2606}", Some(2)),
            ("99%", Some(5)),
            ("20%", Some(1)),
            ("50 %", Some(3)),
            ("0%", None),
            ("x", None),
            ("NaN", None),
        ] {
            assert_eq!(rating(&Tags::of(&[("XMP-xmp:Rating", text)])), expected, "{text}");
        }
        for (share, expected) in [
            ("0", None),
            ("1", Some(1)),
            ("25", Some(2)),
            ("50", Some(3)),
            ("75", Some(4)),
            ("99", Some(5)),
        ] {
            assert_eq!(
                rating(&Tags::of(&[("XMP-microsoft:RatingPercent", share)])),
                expected,
                "{share}"
            );
        }
        let both = [("IFD0:Rating", "2"), ("IFD0:RatingPercent", "99")];
        assert_eq!(rating(&Tags::of(&both)), Some(2));
    }
}
