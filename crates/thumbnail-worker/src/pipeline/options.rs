//! What is to be made: the part of the settings document that concerns pictures, free of its wire names.

/// How a picture is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// `.jpeg`
    Jpeg,
    /// `.webp`
    Webp,
}

impl OutputFormat {
    /// The extension of derived files; `jpeg`, never `jpg`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
        }
    }

    /// The longest side the format can hold, in pixels. (libjpeg stops at 65500, VP8 has 14 bits.)
    pub const fn longest_side(self) -> u32 {
        match self {
            Self::Jpeg => 65_500,
            Self::Webp => 16_383,
        }
    }
}

/// One picture to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Output {
    /// How it is written.
    pub format: OutputFormat,
    /// Length of the *shorter* side in pixels; `None` keeps the original's.
    pub size: Option<u32>,
    /// 1 to 100.
    pub quality: u8,
    /// Whether a JPEG loads in passes.
    pub progressive: bool,
}

/// The colour space of photos that are not sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colourspace {
    /// Everything becomes sRGB.
    Srgb,
    /// Wide pictures become Display P3.
    P3,
}

/// All pictures to make of one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PictureOptions {
    /// The large one.
    pub preview: Output,
    /// The small one.
    pub thumbnail: Output,
    /// All pixels, when wanted.
    pub fullsize: Option<Output>,
    /// For photos that are not sRGB.
    pub colourspace: Colourspace,
    /// Takes what can be read of a damaged file (`IMMICH_PROCESS_INVALID_IMAGES`) instead of refusing it.
    pub process_invalid: bool,
    /// Takes the picture that a camera put into its raw file where its shorter side has this many pixels, instead of developing.
    pub embedded: Option<u32>,
    /// An equirectangular panorama keeps the `GPano` part of its XMP, without which no viewer can unroll it.
    pub panorama: bool,
}

impl Default for PictureOptions {
    /// The defaults of a fresh installation.
    fn default() -> Self {
        let preview = Output {
            format: OutputFormat::Jpeg,
            size: Some(1440),
            quality: 80,
            progressive: false,
        };
        let thumbnail = Output {
            format: OutputFormat::Webp,
            size: Some(250),
            quality: 80,
            progressive: false,
        };
        Self {
            preview,
            thumbnail,
            fullsize: None,
            colourspace: Colourspace::P3,
            process_invalid: false,
            embedded: None,
            panorama: false,
        }
    }
}

impl PictureOptions {
    /// Every picture asked for.
    pub fn outputs(&self) -> impl Iterator<Item = Output> + '_ {
        [Some(self.preview), Some(self.thumbnail), self.fullsize]
            .into_iter()
            .flatten()
    }
}
