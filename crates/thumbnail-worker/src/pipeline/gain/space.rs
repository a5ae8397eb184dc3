//! The colours that light is told in.

use moxcms::{ColorProfile, DataColorSpace, ToneReprCurve};

use crate::pipeline::cicp::{Cicp, Told};
use crate::pipeline::traits::Traits;

/// The primaries of BT.709 and sRGB (H.273, table 2).
const BT709: u8 = 1;

/// The curve of sRGB (H.273, table 3).
const SRGB_CURVE: u8 = 13;

pub(super) type Matrix = [[f32; 3]; 3];

/// Three primaries.
#[derive(Debug, Clone)]
pub(super) struct Space {
    /// With the curve of sRGB.
    profile: ColorProfile,
    /// Where they have a number.
    code: Option<u8>,
}

impl Space {
    /// Of a picture: those of its curve of high dynamic range, of its profile, or of sRGB.
    pub(super) fn of_picture(traits: &Traits) -> Self {
        let of_hdr = traits.hdr.and_then(|(cicp, _)| Self::of_code(cicp.primaries));
        let of_profile = || traits.profile.as_deref().and_then(Self::of_profile);
        let srgb = || Self {
            profile: ColorProfile::new_srgb(),
            code: Some(BT709),
        };
        of_hdr.or_else(of_profile).unwrap_or_else(srgb)
    }

    /// Of what is told of a picture that is not there.
    pub(super) fn of_told(told: &Told) -> Option<Self> {
        let of_icc = told
            .icc
            .as_deref()
            .and_then(|icc| ColorProfile::new_from_slice(icc).ok());
        let of_icc = of_icc.as_ref().and_then(Self::of_profile);
        of_icc.or_else(|| Self::of_code(told.cicp.filter(|cicp| cicp.is_specified())?.primaries))
    }

    fn of_code(primaries: u8) -> Option<Self> {
        let cicp = Cicp {
            primaries,
            transfer: SRGB_CURVE,
        };
        Some(Self {
            profile: cicp.profile()?,
            code: Some(primaries),
        })
    }

    /// Of a profile that tells its primaries.
    fn of_profile(profile: &ColorProfile) -> Option<Self> {
        let is_rgb = profile.color_space == DataColorSpace::Rgb;
        if !is_rgb || profile.colorant_matrix().determinant()?.abs() < 1e-6 {
            return None;
        }
        let mut own = ColorProfile::new_srgb();
        own.cicp = None;
        own.description.clone_from(&profile.description);
        own.red_colorant = profile.red_colorant;
        own.green_colorant = profile.green_colorant;
        own.blue_colorant = profile.blue_colorant;
        Some(Self {
            profile: own,
            code: None,
        })
    }

    /// From light in these primaries to light in others.
    pub(super) fn to(&self, other: &Self) -> Matrix {
        let matrix = self.profile.transform_matrix(&other.profile);
        #[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "factors near 1")]
        matrix.v.map(|row| row.map(|factor| factor as f32))
    }

    /// A profile of the same primaries whose samples are light.
    pub(super) fn linear(&self) -> ColorProfile {
        let mut linear = self.profile.clone();
        linear.cicp = None;
        for curve in [&mut linear.red_trc, &mut linear.green_trc, &mut linear.blue_trc] {
            *curve = Some(ToneReprCurve::Lut(Vec::new()));
        }
        linear
    }

    /// How samples with the curve of sRGB and these primaries are told.
    pub(super) fn told(&self) -> Told {
        match self.code {
            Some(primaries) => Told {
                icc: None,
                cicp: Some(Cicp {
                    primaries,
                    transfer: SRGB_CURVE,
                }),
            },
            None => Told {
                icc: self.profile.encode().ok(),
                cicp: None,
            },
        }
    }
}
