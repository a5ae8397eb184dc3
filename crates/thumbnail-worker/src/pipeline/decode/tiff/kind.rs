//! What the samples of a page mean.

use safelight_tiff::{Facts, Photometric, SampleFormat};

use super::numbers::{Form, Numbers};
use crate::pipeline::error::PictureError;
use crate::pipeline::raster::Channels;

/// Compressions of fax, whose pages often do not say that 0 is white.
const FAX: [u16; 3] = [2, 3, 4];

/// What a pixel of the file becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kind {
    /// What is shown.
    pub(super) channels: Channels,
    pub(super) meaning: Photometric,
    /// libtiff makes the colours.
    pub(super) comes_as_colours: bool,
    bits: u16,
    form: Form,
    /// The first extra sample is alpha: 1 where the colours are multiplied by it, 2 where not.
    alpha: u16,
}

impl Kind {
    pub(super) fn of(facts: &Facts) -> Result<Self, PictureError> {
        if facts.piece_width == 0 || facts.piece_height == 0 || facts.samples == 0 {
            return Err(PictureError::corrupt("TIFF", "it has strips or tiles without pixels"));
        }
        let meaning = facts.photometric.unwrap_or_else(|| guessed(facts));
        let colours = match meaning {
            Photometric::WhiteIsZero
            | Photometric::BlackIsZero
            | Photometric::LogL
            | Photometric::Palette
            | Photometric::Other(MASK) => 1,
            Photometric::Rgb | Photometric::YCbCr | Photometric::CieLab | Photometric::IccLab | Photometric::LogLuv => {
                3
            }
            Photometric::Separated => 4,
            Photometric::Other(code) => {
                return Err(PictureError::Unsupported(format!("a TIFF with colours of kind {code}")));
            }
        };
        // Lab without its differences is grey.
        let colours = match meaning {
            Photometric::CieLab | Photometric::IccLab if facts.samples < 3 => 1,
            _ => colours,
        };
        if facts.samples < colours || (meaning == Photometric::Separated && !facts.is_cmyk && facts.samples != 4) {
            let samples = facts.samples;
            return Err(PictureError::Unsupported(format!(
                "a TIFF with {samples} colours or inks of this kind"
            )));
        }
        let alpha = if matches!(facts.first_extra, 1 | 2) && facts.samples > colours && colours != 4 {
            facts.first_extra
        } else {
            0
        };
        let comes_as_colours = meaning == Photometric::YCbCr;
        let is_grey = colours == 1 && meaning != Photometric::Palette;
        let channels = match (is_grey, alpha != 0 && !comes_as_colours) {
            _ if colours == 4 => Channels::Cmyk,
            (true, false) => Channels::Grey,
            (true, true) => Channels::GreyAlpha,
            (false, false) => Channels::Rgb,
            (false, true) => Channels::Rgba,
        };
        let form = form(facts, meaning)?;
        Ok(Self {
            channels,
            meaning,
            comes_as_colours,
            bits: facts.bits,
            form,
            alpha,
        })
    }

    pub(super) const fn is_indexed(&self) -> bool {
        matches!(self.meaning, Photometric::Palette)
    }

    /// The indices into the colours have more than 8 bits.
    pub(super) const fn has_wide_indices(&self) -> bool {
        self.is_indexed() && self.bits > 8
    }

    pub(super) const fn is_signed(&self) -> bool {
        matches!(self.form, Form::Signed)
    }

    pub(super) const fn is_associated(&self) -> bool {
        self.alpha == 1 && self.channels.has_alpha()
    }

    /// The colours are made here, so the profile of the samples does not fit them.
    pub(super) const fn is_converted(&self) -> bool {
        matches!(
            self.meaning,
            Photometric::CieLab | Photometric::IccLab | Photometric::LogLuv | Photometric::LogL
        )
    }

    /// What is shown has 16 bits.
    pub(super) const fn is_deep(&self) -> bool {
        !self.comes_as_colours && !self.is_indexed() && (self.bits > 8 || matches!(self.form, Form::Float))
    }

    /// Samples of a pixel that are taken from the file.
    pub(super) const fn stored(&self) -> usize {
        match (self.is_indexed(), self.channels.has_alpha()) {
            (true, false) => 1,
            (true, true) => 2,
            _ => self.channels.count(),
        }
    }

    /// How they are read. `is_light`: floating point has no curve of its own.
    pub(super) const fn numbers(&self, is_light: bool) -> Numbers {
        Numbers {
            bits: self.bits,
            form: self.form,
            as_they_are: self.is_indexed(),
            is_light: is_light || self.is_converted(),
            is_xyz: matches!(self.meaning, Photometric::LogLuv),
        }
    }
}

/// A mask of transparency by itself is black and white.
const MASK: u16 = 4;

fn guessed(facts: &Facts) -> Photometric {
    match facts.samples {
        0..=2 if FAX.contains(&facts.compression) => Photometric::WhiteIsZero,
        0..=2 => Photometric::BlackIsZero,
        _ => Photometric::Rgb,
    }
}

fn form(facts: &Facts, meaning: Photometric) -> Result<Form, PictureError> {
    let bits = facts.bits;
    let form = match facts.format {
        SampleFormat::Float if matches!(bits, 16 | 24 | 32 | 64) => Some(Form::Float),
        // Lab has signs of its own.
        SampleFormat::Signed if !matches!(meaning, Photometric::CieLab | Photometric::IccLab) => Some(Form::Signed),
        SampleFormat::Unsigned | SampleFormat::Signed => Some(Form::Unsigned),
        SampleFormat::Float | SampleFormat::Other(_) => None,
    };
    let fits = match meaning {
        Photometric::Palette => matches!(bits, 1..=16) && form != Some(Form::Float),
        Photometric::YCbCr => bits == 8,
        Photometric::CieLab | Photometric::IccLab => matches!(bits, 8 | 16) && form == Some(Form::Unsigned),
        Photometric::LogLuv | Photometric::LogL => form == Some(Form::Float),
        _ => matches!(bits, 1..=32 | 64),
    };
    form.filter(|_| fits)
        .ok_or_else(|| PictureError::Unsupported(format!("a TIFF with samples of this kind and {bits} bits")))
}
