//! Colours by code points (ITU-T H.273), as HEIF, AVIF and JPEG XL tell them instead of a profile.

use serde::{Deserialize, Serialize};

use moxcms::{CicpColorPrimaries, CicpProfile, ColorProfile, MatrixCoefficients, TransferCharacteristics};

/// Primaries and transfer curve of samples that are already RGB or grey.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cicp {
    /// Table 2 of H.273.
    pub primaries: u8,
    /// Table 3 of H.273.
    pub transfer: u8,
}

/// What a decoder says of the colours of its samples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// A profile.
    pub icc: Option<Vec<u8>>,
    /// Code points.
    pub cicp: Option<Cicp>,
}

/// A curve of high dynamic range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hdr {
    /// Perceptual quantiser (SMPTE ST 2084).
    Pq,
    /// Hybrid log-gamma (ARIB STD-B67).
    Hlg,
}

const UNSPECIFIED: u8 = 2;
const BT709: u8 = 1;

impl Cicp {
    pub(super) const fn hdr(self) -> Option<Hdr> {
        match self.transfer {
            16 => Some(Hdr::Pq),
            18 => Some(Hdr::Hlg),
            _ => None,
        }
    }

    /// Whether samples are light itself.
    pub(super) const fn is_linear(self) -> bool {
        self.transfer == 8
    }

    /// Whether these say anything at all.
    pub(super) const fn is_specified(self) -> bool {
        self.primaries != UNSPECIFIED || self.transfer != UNSPECIFIED
    }

    /// The curves of television are taken as that of sRGB, as browsers do: such pictures are made for the same screens.
    const fn has_srgb_curve(self) -> bool {
        matches!(self.transfer, 1 | UNSPECIFIED | 6 | 13 | 14 | 15)
    }

    pub(super) const fn is_srgb(self) -> bool {
        matches!(self.primaries, BT709 | UNSPECIFIED) && self.has_srgb_curve()
    }

    /// A profile of the same colours; nothing where a code is reserved.
    pub(super) fn profile(self) -> Option<ColorProfile> {
        let transfer = if self.has_srgb_curve() { 13 } else { self.transfer };
        let primaries = if self.primaries == UNSPECIFIED {
            BT709
        } else {
            self.primaries
        };
        let profile = ColorProfile::new_from_cicp(CicpProfile {
            color_primaries: CicpColorPrimaries::try_from(primaries).ok()?,
            transfer_characteristics: TransferCharacteristics::try_from(transfer).ok()?,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: true,
        });
        profile.red_trc.is_some().then_some(profile)
    }
}
