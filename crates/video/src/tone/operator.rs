//! What remains of a brightness.

use safelight_core::settings::ToneMapping;

use super::curve::{index, share};

/// Steps of the square root of a brightness.
const STEPS: usize = 2048;

/// Where Möbius leaves off being a straight line.
const MOBIUS_KNEE: f32 = 0.3;

/// By what a brightness is multiplied, for the steps up to `peak`, which becomes white.
pub(super) fn gains(operator: ToneMapping, peak: f32) -> Vec<f32> {
    let gain = |at| {
        let root = share(at, STEPS);
        let light = (root * root * peak).max(1e-6);
        toned(operator, light, peak) / light
    };
    (0..STEPS).map(gain).collect()
}

/// The gain of a brightness; above the peak everything becomes white.
pub(super) fn look_up(gains: &[f32], light: f32, peak: f32) -> f32 {
    if light >= peak {
        return light.recip();
    }
    let at = index((light / peak).sqrt(), gains.len());
    gains.get(at).copied().unwrap_or(1.0)
}

/// The operators by their published formulas, `peak` to 1.
fn toned(operator: ToneMapping, light: f32, peak: f32) -> f32 {
    match operator {
        ToneMapping::Hable => hable(light) / hable(peak),
        ToneMapping::Reinhard => reinhard(light) / reinhard(peak),
        ToneMapping::Mobius => mobius(light, peak),
        ToneMapping::Disabled => light.min(1.0),
    }
}

/// John Hable's filmic curve for Uncharted 2.
fn hable(light: f32) -> f32 {
    const A: f32 = 0.15;
    const B: f32 = 0.50;
    const C: f32 = 0.10;
    const D: f32 = 0.20;
    const E: f32 = 0.02;
    const F: f32 = 0.30;
    (light * (A * light + C * B) + D * E) / (light * (A * light + B) + D * F) - E / F
}

/// Reinhard's curve with a contrast of one half.
fn reinhard(light: f32) -> f32 {
    light / (light + 1.0)
}

/// A straight line up to the knee, then a hyperbola that meets it smoothly and ends at the peak.
fn mobius(light: f32, peak: f32) -> f32 {
    let knee = MOBIUS_KNEE;
    if light <= knee {
        return light;
    }
    let a = -knee * knee * (peak - 1.0) / (knee * knee - 2.0 * knee + peak);
    let b = (knee * knee - 2.0 * knee * peak + peak) / (peak - 1.0);
    (b * b + 2.0 * b * knee + knee * knee) / (b - a) * (light + a) / (light + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_becomes_white() {
        for operator in [ToneMapping::Hable, ToneMapping::Mobius, ToneMapping::Reinhard] {
            assert!((toned(operator, 10.0, 10.0) - 1.0).abs() < 1e-4, "{operator:?}");
        }
    }

    #[test]
    fn mobius_leaves_the_dark_alone() {
        assert!((toned(ToneMapping::Mobius, 0.2, 10.0) - 0.2).abs() < 1e-6);
        let (below, above) = (mobius(0.299_9, 10.0), mobius(0.300_1, 10.0));
        assert!(above - below < 0.001, "no step at the knee");
    }
}
