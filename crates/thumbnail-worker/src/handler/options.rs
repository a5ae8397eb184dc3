//! From the settings document to what the pipeline makes.

use safelight_core::formats::{extension_of, is_web_supported};
use safelight_core::settings::{Colorspace, GeneratedImage, ImageFormat, ImageSettings};

use super::asset::AssetFacts;
use crate::pipeline::{Colourspace, Output, OutputFormat, PictureOptions};

/// What `settings` ask for this asset.
pub(super) fn picture_options(settings: &ImageSettings, asset: &AssetFacts, process_invalid: bool) -> PictureOptions {
    let panorama = asset
        .projection
        .as_deref()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("equirectangular"));
    // What a browser shows by itself is not made a second time.
    let shown = is_web_supported(&extension_of(&asset.original_path));
    let fullsize = &settings.fullsize;
    let fullsize = ((fullsize.enabled || panorama) && !shown).then_some(Output {
        format: format(fullsize.format),
        size: None,
        quality: fullsize.quality,
        progressive: fullsize.progressive,
    });
    PictureOptions {
        preview: output(settings.preview),
        thumbnail: output(settings.thumbnail),
        fullsize,
        colourspace: colourspace(settings),
        process_invalid,
        embedded: settings.extract_embedded.then_some(settings.preview.size),
        panorama,
    }
}

/// What `settings` ask for a video: it has no picture at full size, and none that loads in passes.
pub(super) fn film_options(settings: &ImageSettings, asset: &AssetFacts) -> PictureOptions {
    let image = picture_options(settings, asset, false);
    let at_once = |output: Output| Output {
        progressive: false,
        ..output
    };
    PictureOptions {
        preview: at_once(image.preview),
        thumbnail: at_once(image.thumbnail),
        fullsize: None,
        ..image
    }
}

/// What `settings` ask for the picture of a person: their thumbnail, and nothing larger.
pub(super) fn profile_options(settings: &ImageSettings) -> PictureOptions {
    let thumbnail = output(settings.thumbnail);
    PictureOptions {
        preview: thumbnail,
        thumbnail,
        fullsize: None,
        colourspace: colourspace(settings),
        process_invalid: false,
        embedded: None,
        panorama: false,
    }
}

const fn colourspace(settings: &ImageSettings) -> Colourspace {
    match settings.colorspace {
        Colorspace::Srgb => Colourspace::Srgb,
        Colorspace::P3 => Colourspace::P3,
    }
}

const fn output(picture: GeneratedImage) -> Output {
    Output {
        format: format(picture.format),
        size: Some(picture.size),
        quality: picture.quality,
        progressive: picture.progressive,
    }
}

const fn format(format: ImageFormat) -> OutputFormat {
    match format {
        ImageFormat::Jpeg => OutputFormat::Jpeg,
        ImageFormat::Webp => OutputFormat::Webp,
    }
}

#[cfg(test)]
mod tests {
    use safelight_core::ids::{AssetType, Visibility};
    use uuid::Uuid;

    use super::*;

    fn asset(path: &str, projection: Option<&str>) -> AssetFacts {
        AssetFacts {
            id: Uuid::nil(),
            owner: Uuid::nil(),
            kind: AssetType::Image,
            visibility: Visibility::Timeline,
            original_path: path.to_owned(),
            original_name: "a.jpg".to_owned(),
            projection: projection.map(str::to_owned),
            pixels: None,
        }
    }

    #[test]
    fn the_defaults_of_both_sides_agree() {
        let options = picture_options(&ImageSettings::default(), &asset("/a.jpg", None), false);
        assert_eq!(options, PictureOptions::default());
    }

    #[test]
    fn fullsize_is_for_what_browsers_cannot_show() {
        let mut settings = ImageSettings::default();
        let wanted = |settings: &ImageSettings, path, projection| {
            picture_options(settings, &asset(path, projection), false)
                .fullsize
                .is_some()
        };
        assert!(!wanted(&settings, "/a.heic", None));
        assert!(wanted(&settings, "/a.heic", Some("EQUIRECTANGULAR")));
        settings.fullsize.enabled = true;
        assert!(wanted(&settings, "/a.heic", None));
        assert!(!wanted(&settings, "/a.JPG", None));
    }

    #[test]
    fn a_video_has_no_fullsize_picture_and_none_in_passes() {
        let mut settings = ImageSettings::default();
        settings.fullsize.enabled = true;
        settings.preview.progressive = true;
        settings.thumbnail.progressive = true;
        let options = film_options(&settings, &asset("/a.mp4", None));
        assert_eq!(options, PictureOptions::default());
    }
}
