//! Section `image`: the pictures made of originals.

use serde::{Deserialize, Serialize};

/// The pictures made of originals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageSettings {
    /// The small picture of grids.
    pub thumbnail: GeneratedImage,
    /// The picture of the viewer.
    pub preview: GeneratedImage,
    /// A picture of full size for originals that browsers cannot show.
    pub fullsize: FullsizeImage,
    /// Colour space of pictures whose original is wider than sRGB.
    pub colorspace: Colorspace,
    /// Whether the preview inside a RAW file is used instead of decoding it.
    pub extract_embedded: bool,
}

impl Default for ImageSettings {
    fn default() -> Self {
        Self {
            thumbnail: GeneratedImage {
                format: ImageFormat::Webp,
                quality: 80,
                size: 250,
                progressive: false,
            },
            preview: GeneratedImage {
                format: ImageFormat::Jpeg,
                quality: 80,
                size: 1440,
                progressive: false,
            },
            fullsize: FullsizeImage {
                enabled: false,
                format: ImageFormat::Jpeg,
                quality: 80,
                progressive: false,
            },
            colorspace: Colorspace::P3,
            extract_embedded: false,
        }
    }
}

/// Format and size of one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GeneratedImage {
    /// File format.
    pub format: ImageFormat,
    /// Quality of the encoder, 1 to 100.
    pub quality: u8,
    /// Pixels of the shorter edge, never enlarged. At least 1.
    pub size: u32,
    /// Progressive JPEG; without meaning for WebP.
    #[serde(default)]
    pub progressive: bool,
}

/// Format of the picture of full size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FullsizeImage {
    /// Whether it is made.
    pub enabled: bool,
    /// File format.
    pub format: ImageFormat,
    /// Quality of the encoder, 1 to 100.
    pub quality: u8,
    /// Progressive JPEG; without meaning for WebP.
    #[serde(default)]
    pub progressive: bool,
}

impl ImageFormat {
    /// The file extension, as paths of derived pictures carry it: `jpeg`, not `jpg`.
    pub const fn extension(self) -> &'static str {
        self.as_str()
    }

    /// The media type.
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

wire_enum! {
    /// Formats of derived pictures.
    ImageFormat { Jpeg = "jpeg", Webp = "webp" }
}
wire_enum! {
    /// Colour spaces of derived pictures.
    Colorspace { Srgb = "srgb", P3 = "p3" }
}
