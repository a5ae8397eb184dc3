//! What the chunks of a PNG say of its colours (PNG, third edition, 4.3): code points go before a profile, a profile before sRGB,
//! and all of them before primaries and gamma.

use moxcms::{Chromaticity, ColorPrimaries, ColorProfile, ToneReprCurve, XyY};
use png::{Info, ScaledFloat, SourceChromaticities};

use super::cicp::Cicp;
use super::num::word;

/// The gamma of sRGB as PNG writes it; what is this near is meant to be that.
const SRGB_GAMMA: f32 = 0.454_55;
const NEAR: f32 = 0.01;

/// The colours of a PNG.
#[derive(Debug)]
pub(super) enum PngColour {
    /// By numbers.
    Cicp(Cicp),
    /// By a profile.
    Icc(Vec<u8>),
    /// sRGB, by name or by numbers that are near to it.
    Srgb,
    /// By where its primaries are and how its curve is bent.
    Measured(Box<ColorProfile>),
    /// Nothing is said.
    Untold,
}

/// Reads the chunks.
pub(super) fn of(info: &Info<'_>) -> PngColour {
    if let Some(points) = info.coding_independent_code_points {
        return PngColour::Cicp(Cicp {
            primaries: points.color_primaries,
            transfer: points.transfer_function,
        });
    }
    if let Some(icc) = &info.icc_profile {
        return PngColour::Icc(icc.to_vec());
    }
    if info.srgb.is_some() {
        return PngColour::Srgb;
    }
    let gamma = info
        .gama_chunk
        .map(ScaledFloat::into_value)
        .filter(|gamma| *gamma > 0.0);
    let primaries = info.chrm_chunk.filter(is_possible);
    if gamma.is_none() && primaries.is_none() {
        return PngColour::Untold;
    }
    let has_srgb_curve = gamma.is_none_or(|gamma| (gamma - SRGB_GAMMA).abs() < NEAR);
    if has_srgb_curve && primaries.as_ref().is_none_or(is_srgb) {
        return PngColour::Srgb;
    }
    let mut profile = ColorProfile::new_srgb();
    // Else the code points of sRGB would go before what follows.
    profile.cicp = None;
    if let Some(primaries) = primaries {
        colour(&mut profile, &primaries);
    }
    if let Some(gamma) = gamma.filter(|_| !has_srgb_curve) {
        let curve = Some(ToneReprCurve::Lut(curve(1.0 / gamma)));
        profile.red_trc.clone_from(&curve);
        profile.green_trc.clone_from(&curve);
        profile.blue_trc = curve;
    }
    PngColour::Measured(Box::new(profile))
}

/// Light by code, for a code that is light to the power of the inverse of `exponent`.
fn curve(exponent: f32) -> Vec<u16> {
    const LAST: u16 = 1_023;
    (0..=LAST)
        .map(|code| word((f32::from(code) / f32::from(LAST)).powf(exponent)))
        .collect()
}

/// White, red, green, blue as `(x, y)`.
fn points(chunk: &SourceChromaticities) -> [(f32, f32); 4] {
    [chunk.white, chunk.red, chunk.green, chunk.blue].map(|(x, y)| (x.into_value(), y.into_value()))
}

/// Whether there is such light, and the three colours are not on one line.
fn is_possible(chunk: &SourceChromaticities) -> bool {
    let [white, red, green, blue] = points(chunk);
    let inside = |(x, y): (f32, f32)| x > 0.0 && y > 0.0 && x + y <= 1.0;
    let area = (green.0 - red.0) * (blue.1 - red.1) - (blue.0 - red.0) * (green.1 - red.1);
    [white, red, green].into_iter().all(inside) && blue.0 >= 0.0 && blue.1 > 0.0 && area.abs() > 0.01
}

fn is_srgb(chunk: &SourceChromaticities) -> bool {
    let srgb = [(0.3127, 0.3290), (0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
    let pairs = points(chunk).into_iter().zip(srgb);
    pairs
        .into_iter()
        .all(|(a, b)| (a.0 - b.0).abs() < NEAR && (a.1 - b.1).abs() < NEAR)
}

fn colour(profile: &mut ColorProfile, chunk: &SourceChromaticities) {
    let [white, red, green, blue] = points(chunk);
    let at = |(x, y)| Chromaticity::new(x, y);
    let white = XyY {
        x: f64::from(white.0),
        y: f64::from(white.1),
        yb: 1.0,
    };
    let primaries = ColorPrimaries {
        red: at(red),
        green: at(green),
        blue: at(blue),
    };
    profile.update_rgb_colorimetry(white, primaries);
}
