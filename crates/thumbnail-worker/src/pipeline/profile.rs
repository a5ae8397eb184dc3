//! The two colour profiles pictures are written with.

mod hdr;

use std::sync::LazyLock;

use moxcms::{ColorProfile, LocalizableString, ProfileText};

pub(super) use self::hdr::code_points;
use super::options::Colourspace;

/// A profile, parsed for converting and encoded for embedding.
pub(super) struct Target {
    pub(super) profile: ColorProfile,
    pub(super) icc: Vec<u8>,
}

static SRGB: LazyLock<Target> = LazyLock::new(|| build(ColorProfile::new_srgb(), "sRGB"));
static P3: LazyLock<Target> = LazyLock::new(|| build(ColorProfile::new_display_p3(), "Display P3"));

/// The profile of an output colour space.
pub(super) fn of(space: Colourspace) -> &'static Target {
    match space {
        Colourspace::Srgb => &SRGB,
        Colourspace::P3 => &P3,
    }
}

fn build(mut profile: ColorProfile, name: &str) -> Target {
    let text = |value: &str| {
        let text = LocalizableString::new("en".to_owned(), "US".to_owned(), value.to_owned());
        Some(ProfileText::Localizable(vec![text]))
    };
    profile.description = text(name);
    profile.copyright = text("CC0");
    let icc = profile.encode().unwrap_or_default();
    Target { profile, icc }
}

/// The text by which a profile describes itself.
pub(super) fn name(profile: &ColorProfile) -> String {
    match &profile.description {
        Some(ProfileText::PlainString(text)) => text.clone(),
        Some(ProfileText::Description(text)) => text.ascii_string.clone(),
        Some(ProfileText::Localizable(texts)) => texts
            .iter()
            .map(|text| text.value.as_str())
            .collect::<Vec<_>>()
            .join(" "),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_embedded_is_small_and_reads_back_under_its_name() {
        for (space, expected) in [(Colourspace::Srgb, "sRGB"), (Colourspace::P3, "Display P3")] {
            let icc = &of(space).icc;
            assert!((200..1000).contains(&icc.len()), "{expected} has {} bytes", icc.len());
            assert_eq!(name(&ColorProfile::new_from_slice(icc).unwrap()), expected);
        }
    }
}
