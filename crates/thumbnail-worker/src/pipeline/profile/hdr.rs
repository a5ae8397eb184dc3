//! Profiles whose curves are of high dynamic range: as colours relative to white they would be far too dark.

use moxcms::{CicpColorPrimaries, ColorProfile, ToneReprCurve, TransferCharacteristics, Xyzd};

use super::name;
use crate::pipeline::cicp::{Cicp, Hdr};
use crate::pipeline::tone;

/// Codes at which a curve is compared, as shares of the highest.
const PLACES: [f32; 5] = [0.3, 0.45, 0.58, 0.7, 0.85];

/// How far a curve may be from the one that it is taken for, in parts of the light.
const TOLERANCE: f32 = 0.05;

/// Of primaries that HDR is made with: BT.2020, Display P3, BT.709 (H.273, table 2).
const PRIMARIES: [u8; 3] = [9, 12, 1];

/// The code points of a profile of PQ or HLG: what it says of itself (ICC.1:2022, `cicp`), else its curve, else its name.
pub(in crate::pipeline) fn code_points(profile: &ColorProfile) -> Option<(Cicp, Hdr)> {
    let told = profile.cicp.as_ref().map(|cicp| Cicp {
        primaries: code(cicp.color_primaries),
        transfer: transfer(cicp.transfer_characteristics),
    });
    if let Some(told) = told.filter(|told| told.hdr().is_some()) {
        return Some((told, told.hdr()?));
    }
    let curve = profile.red_trc.as_ref().or(profile.gray_trc.as_ref());
    let is_pq = curve.is_some_and(is_pq) || (curve.is_none() && is_named_pq(profile));
    let found = Cicp {
        primaries: primaries(profile),
        transfer: 16,
    };
    is_pq.then_some((found, Hdr::Pq))
}

/// The values of this enum are the code points.
#[expect(clippy::as_conversions, reason = "see above")]
const fn code(primaries: CicpColorPrimaries) -> u8 {
    primaries as u8
}

/// Only those of high dynamic range are told apart.
const fn transfer(curve: TransferCharacteristics) -> u8 {
    match curve {
        TransferCharacteristics::Smpte2084 => 16,
        TransferCharacteristics::Hlg => 18,
        _ => 2,
    }
}

/// Whether the light of the codes is that of PQ, with the brightest at 1.
fn is_pq(curve: &ToneReprCurve) -> bool {
    let ToneReprCurve::Lut(table) = curve else {
        return false;
    };
    let last = f32::from(u16::try_from(table.len().saturating_sub(1)).unwrap_or(u16::MAX));
    let light = |place: f32| {
        let index = usize::from(crate::pipeline::num::word(place * last / 65_535.0));
        let at = f32::from(u16::try_from(index).unwrap_or(u16::MAX)) / last;
        (
            table.get(index).map(|light| f32::from(*light) / 65_535.0),
            tone::pq_share(at),
        )
    };
    table.len() >= 64
        && PLACES.into_iter().map(light).all(|(found, expected)| {
            // The lowest light is told in few steps.
            found.is_some_and(|found| (found - expected).abs() <= expected * TOLERANCE + 1.5 / 65_535.0)
        })
}

fn is_named_pq(profile: &ColorProfile) -> bool {
    let name = name(profile).to_ascii_uppercase();
    let words = || name.split(|letter: char| !letter.is_ascii_alphanumeric());
    words().any(|word| word == "PQ" || word == "ST2084") && !words().any(|word| word == "SDR")
}

/// Those whose colorants are the nearest.
fn primaries(profile: &ColorProfile) -> u8 {
    let distance = |code: u8| {
        let known = Cicp {
            primaries: code,
            transfer: 13,
        };
        known.profile().map_or(f64::MAX, |known| {
            let pairs = [
                (profile.red_colorant, known.red_colorant),
                (profile.green_colorant, known.green_colorant),
                (profile.blue_colorant, known.blue_colorant),
            ];
            pairs.into_iter().map(|(a, b)| apart(a, b)).sum()
        })
    };
    let has_colorants = profile.red_colorant.x > 0.0;
    let nearest = PRIMARIES
        .into_iter()
        .min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
    nearest.filter(|_| has_colorants).unwrap_or(9)
}

fn apart(a: Xyzd, b: Xyzd) -> f64 {
    (a.x - b.x).abs() + (a.y - b.y).abs() + (a.z - b.z).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_curve(primaries: u8, curve: impl Fn(f32) -> f32) -> ColorProfile {
        let base = Cicp {
            primaries,
            transfer: 13,
        };
        let table: Vec<u16> = (0..4096_u16)
            .map(|code| crate::pipeline::num::word(curve(f32::from(code) / 4095.0)))
            .collect();
        let mut profile = base.profile().unwrap();
        profile.cicp = None;
        for trc in [&mut profile.red_trc, &mut profile.green_trc, &mut profile.blue_trc] {
            *trc = Some(ToneReprCurve::Lut(table.clone()));
        }
        ColorProfile::new_from_slice(&profile.encode().unwrap()).unwrap()
    }

    #[test]
    fn the_curve_of_pq_is_known_with_its_primaries() {
        for primaries in PRIMARIES {
            let found = code_points(&of_curve(primaries, tone::pq_share));
            let expected = Cicp {
                primaries,
                transfer: 16,
            };
            assert_eq!(found, Some((expected, Hdr::Pq)));
        }
    }

    #[test]
    fn other_curves_are_not() {
        for gamma in [1.0, 1.8, 2.2, 2.4, 4.0] {
            assert_eq!(code_points(&of_curve(9, |code| code.powf(gamma))), None, "{gamma}");
        }
        assert_eq!(code_points(&ColorProfile::new_srgb()), None);
        assert_eq!(code_points(&ColorProfile::new_display_p3()), None);
    }

    #[test]
    fn what_a_profile_says_of_itself_goes_first() {
        let mut profile = ColorProfile::new_display_p3();
        profile.cicp = Some(moxcms::CicpProfile {
            color_primaries: CicpColorPrimaries::Bt2020,
            transfer_characteristics: TransferCharacteristics::Hlg,
            matrix_coefficients: moxcms::MatrixCoefficients::Identity,
            full_range: true,
        });
        let found = code_points(&profile).map(|(cicp, hdr)| (cicp.primaries, hdr));
        assert_eq!(found, Some((9, Hdr::Hlg)));
    }
}
