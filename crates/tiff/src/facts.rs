//! What a page says of itself.

use crate::ffi;

/// What the samples of a pixel mean (tag 262).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Photometric {
    /// Grey, 0 is white.
    WhiteIsZero,
    /// Grey, 0 is black.
    BlackIsZero,
    /// Red, green, blue.
    Rgb,
    /// Indices into a table of colours.
    Palette,
    /// Inks.
    Separated,
    /// Brightness and two colour differences, which may have a lower resolution.
    YCbCr,
    /// L*, a* and b*; both of the latter with a sign.
    CieLab,
    /// The same, a* and b* beginning at a half.
    IccLab,
    /// Light: luminance alone, floating point.
    LogL,
    /// Light: X, Y, Z, floating point.
    LogLuv,
    /// Something else.
    Other(u16),
}

/// How a sample is written (tag 339).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SampleFormat {
    /// A number from 0 on.
    Unsigned,
    /// A number that may be negative, in two's complement.
    Signed,
    /// IEEE floating point.
    Float,
    /// Something else, like complex numbers.
    Other(u16),
}

/// What the page says; all of it is a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each read from the file"
)]
pub struct Facts {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Pixels of a tile, or of a strip.
    pub piece_width: u32,
    /// Rows of a tile, or of a strip.
    pub piece_height: u32,
    /// Bytes of a tile, or of a strip.
    pub piece_bytes: u64,
    /// The page is cut into tiles, all of one size, instead of strips.
    pub tiled: bool,
    /// Planes of samples, each with strips or tiles of its own: 1 where the samples of a pixel are together.
    pub planes: u16,
    /// Bits of a sample.
    pub bits: u16,
    /// Samples of a pixel.
    pub samples: u16,
    /// How they are written.
    pub format: SampleFormat,
    /// What they mean; nothing where the page does not say.
    pub photometric: Option<Photometric>,
    /// The number of the compression (tag 259).
    pub compression: u16,
    /// Whether libtiff can undo it.
    pub has_decoder: bool,
    /// Which way up, as in EXIF.
    pub orientation: u16,
    /// The inks are cyan, magenta, yellow and black.
    pub is_cmyk: bool,
    /// Samples beyond those of the colours.
    pub extra: u16,
    /// What the first of them is: 1 alpha that the colours are multiplied by, 2 alpha, 0 something else.
    pub first_extra: u16,
    /// The picture itself may be on another page: this one is a smaller version, or has pages inside of it, or is of a DNG.
    pub is_beside: bool,
    /// Chromaticity (x and y) of the white that colours are told under.
    pub white: Option<[f32; 2]>,
}

impl From<ffi::Facts> for Facts {
    fn from(facts: ffi::Facts) -> Self {
        Self {
            width: facts.width,
            height: facts.height,
            piece_width: facts.piece_width,
            piece_height: facts.piece_height,
            piece_bytes: facts.piece_bytes,
            tiled: facts.tiled != 0,
            planes: facts.planes,
            bits: facts.bits,
            samples: facts.samples,
            format: match facts.format {
                1 | 4 => SampleFormat::Unsigned,
                2 => SampleFormat::Signed,
                3 => SampleFormat::Float,
                other => SampleFormat::Other(other),
            },
            photometric: (facts.has_photometric != 0).then(|| photometric(facts.photometric)),
            compression: facts.compression,
            has_decoder: facts.has_decoder != 0,
            orientation: facts.orientation,
            is_cmyk: facts.inks == 1,
            extra: facts.extra,
            first_extra: facts.first_extra,
            is_beside: facts.beside != 0,
            white: (facts.white_x > 0.0 && facts.white_y > 0.0).then_some([facts.white_x, facts.white_y]),
        }
    }
}

const fn photometric(code: u16) -> Photometric {
    match code {
        0 => Photometric::WhiteIsZero,
        1 => Photometric::BlackIsZero,
        2 => Photometric::Rgb,
        3 => Photometric::Palette,
        5 => Photometric::Separated,
        6 => Photometric::YCbCr,
        8 => Photometric::CieLab,
        9 => Photometric::IccLab,
        32_844 => Photometric::LogL,
        32_845 => Photometric::LogLuv,
        other => Photometric::Other(other),
    }
}
