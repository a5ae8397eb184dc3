//! Between coded values and light.

use super::{HdrTransfer, LUMA_2020, WHITE};

/// Steps of a coded value that are told apart; films have 10 or 12 bits.
const CODES: usize = 4096;

/// Steps of the square root of light that are told apart.
const ROOTS: usize = 4096;

/// The brightness of the screen for which hybrid log-gamma is defined, in candelas per square metre.
const HLG_SCREEN: f32 = 1_000.0;

/// What coded values mean in light.
pub(super) struct Light {
    table: Vec<f32>,
    transfer: HdrTransfer,
}

impl Light {
    pub(super) fn new(transfer: HdrTransfer) -> Self {
        let of = match transfer {
            HdrTransfer::Pq => pq,
            HdrTransfer::Hlg => hlg_scene,
        };
        Self {
            table: (0..CODES).map(|at| of(share(at, CODES))).collect(),
            transfer,
        }
    }

    /// Light of a pixel of R'G'B', in whites.
    pub(super) fn of(&self, pixel: [u16; 3]) -> [f32; 3] {
        let light = pixel.map(|code| self.table.get(usize::from(code >> 4)).copied().unwrap_or_default());
        match self.transfer {
            HdrTransfer::Pq => light,
            HdrTransfer::Hlg => screened(light),
        }
    }
}

/// PQ: light in whites.
fn pq(coded: f32) -> f32 {
    let root = coded.powf(1.0 / 78.843_75);
    let light = ((root - 0.835_937_5).max(0.0) / (18.851_562 - 18.687_5 * root)).powf(1.0 / 0.159_301_76);
    light * 10_000.0 / WHITE
}

/// HLG: light of the scene, 0 to 1.
fn hlg_scene(coded: f32) -> f32 {
    const A: f32 = 0.178_832_77;
    const B: f32 = 0.284_668_92;
    const C: f32 = 0.559_910_7;
    if coded <= 0.5 {
        coded * coded / 3.0
    } else {
        (((coded - C) / A).exp() + B) / 12.0
    }
}

/// From the light of the scene to that of the screen, in whites.
fn screened(scene: [f32; 3]) -> [f32; 3] {
    let luma: f32 = scene.iter().zip(LUMA_2020).map(|(light, weight)| light * weight).sum();
    // A system gamma of 1.2, applied to the brightness and not to the colours.
    let gain = luma.max(1e-6).powf(0.2) * HLG_SCREEN / WHITE;
    scene.map(|light| light * gain)
}

/// The code of sRGB by the square root of light, which spends the steps where the eye sees them.
pub(super) fn srgb() -> Vec<u8> {
    let code = |at| {
        let root = share(at, ROOTS);
        let light = root * root;
        let coded = if light <= 0.003_130_8 {
            light * 12.92
        } else {
            1.055 * light.powf(1.0 / 2.4) - 0.055
        };
        byte(coded)
    };
    (0..ROOTS).map(code).collect()
}

/// How far `at` is on the way through `steps`, 0 to 1.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "thousands of steps")]
pub(super) fn share(at: usize, steps: usize) -> f32 {
    at as f32 / (steps - 1) as f32
}

/// The step nearest to a share from 0 to 1.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "thousands of steps, never below zero"
)]
pub(super) fn index(share: f32, steps: usize) -> usize {
    (share * (steps - 1) as f32 + 0.5) as usize
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of a byte"
)]
fn byte(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0 + 0.5) as u8
}
