//! High dynamic range made to fit: PQ and HLG to the range of an ordinary screen.
//!
//! What is no brighter than paper stays as it is, with paper white at the 203 cd/m² of ITU-R BT.2408; brighter lights are
//! pressed into the little room above, by the same factor in all three channels, so that no hue changes.

use std::sync::LazyLock;

use super::cicp::{Cicp, Hdr};
use super::error::PictureError;
use super::num::byte;
use super::options::Colourspace;
use super::raster::{Channels, Raster, Samples};

/// Luminance of white paper, cd/m².
const PAPER: f32 = 203.0;

/// The brightest light that is told apart, in units of paper white: 1000 cd/m², what pictures are graded for.
const PEAK: f32 = 1000.0 / PAPER;

/// Up to here, in units of paper white, nothing is changed.
const KNEE: f32 = 0.6;

/// Light by 16-bit code, for each curve, in units of paper white.
static PQ: LazyLock<Vec<f32>> = LazyLock::new(|| table(pq));
static HLG: LazyLock<Vec<f32>> = LazyLock::new(|| table(hlg));

fn table(curve: fn(f32) -> f32) -> Vec<f32> {
    (0..=u16::MAX).map(|code| curve(f32::from(code) / 65_535.0)).collect()
}

/// The electro-optical transfer function of SMPTE ST 2084.
fn pq(code: f32) -> f32 {
    const M1: f32 = 0.159_301_76;
    const M2: f32 = 78.843_75;
    const C1: f32 = 0.835_937_5;
    const C2: f32 = 18.851_563;
    const C3: f32 = 18.687_5;
    let root = code.powf(1.0 / M2);
    ((root - C1).max(0.0) / (C2 - C3 * root)).powf(1.0 / M1) * 10_000.0 / PAPER
}

/// The same as a share of the brightest light, 10 000 cd/m².
pub(super) fn pq_share(code: f32) -> f32 {
    pq(code) * PAPER / 10_000.0
}

/// The inverse OETF of ITU-R BT.2100: light of the scene, 0 to 1.
fn hlg(code: f32) -> f32 {
    const A: f32 = 0.178_832_77;
    const B: f32 = 0.284_668_92;
    const C: f32 = 0.559_910_7;
    if code <= 0.5 {
        code * code / 3.0
    } else {
        (((code - C) / A).exp() + B) / 12.0
    }
}

/// Luminance of BT.2020 light.
fn luminance([red, green, blue]: [f32; 3]) -> f32 {
    0.2627 * red + 0.678 * green + 0.0593 * blue
}

/// The light of a screen of 1000 cd/m² that shows an HLG scene.
fn shown(scene: [f32; 3]) -> [f32; 3] {
    let factor = luminance(scene).max(1e-6).powf(0.2) * PEAK;
    scene.map(|light| light * factor)
}

/// A curve of high dynamic range, from codes of 16 bits to light of which 1 is white paper.
pub(super) struct Curve {
    table: &'static [f32],
    hdr: Hdr,
}

/// The curve of this name.
pub(super) fn curve(hdr: Hdr) -> Curve {
    let table = match hdr {
        Hdr::Pq => &*PQ,
        Hdr::Hlg => &*HLG,
    };
    Curve { table, hdr }
}

impl Curve {
    /// The light of a pixel.
    pub(super) fn light(&self, codes: [u16; 3]) -> [f32; 3] {
        let light = codes.map(|code| self.table.get(usize::from(code)).copied().unwrap_or_default());
        if self.hdr == Hdr::Hlg { shown(light) } else { light }
    }
}

/// 8-bit samples in `target` of a picture with an HDR curve.
pub(super) fn to_sdr(raster: Raster, cicp: Cicp, hdr: Hdr, target: Colourspace) -> Result<Raster, PictureError> {
    let Raster {
        size,
        channels,
        samples,
    } = raster;
    let samples = match samples {
        Samples::U16(samples) => samples,
        Samples::U8(samples) => samples.into_iter().map(|sample| u16::from(sample) * 257).collect(),
    };
    let curve = curve(hdr);
    let matrix = matrix(cicp.primaries, target);
    let mut out = Vec::with_capacity(size.pixels() * 4);
    for pixel in samples.chunks_exact(channels.count()) {
        let (colours, alpha) = match pixel {
            [grey] => ([grey; 3], None),
            [grey, alpha] => ([grey; 3], Some(alpha)),
            [red, green, blue] => ([red, green, blue], None),
            [red, green, blue, alpha] => ([red, green, blue], Some(alpha)),
            _ => return Err(PictureError::internal("mapping tones", "these are not light")),
        };
        let colours = curve.light(colours.map(|&code| code));
        let fitting = compress(multiply(&matrix, colours), PEAK);
        out.extend(fitting.map(|light| byte(encode(light) * 255.0)));
        out.extend(alpha.map(|&alpha| super::num::to_8_bit(alpha)));
    }
    let channels = if channels.has_alpha() {
        Channels::Rgba
    } else {
        Channels::Rgb
    };
    Ok(Raster::of_bytes(size, channels, out))
}

/// What is above the knee comes down by one factor for all channels, so that the light `peak` becomes white; what the target cannot
/// show is cut.
pub(super) fn compress(colours: [f32; 3], peak: f32) -> [f32; 3] {
    let brightest = colours.into_iter().fold(0.0, f32::max);
    if brightest <= KNEE {
        return colours.map(|light| light.max(0.0));
    }
    let above = (brightest - KNEE) / (1.0 - KNEE);
    let most = (peak - KNEE) / (1.0 - KNEE);
    let pressed = (above * (1.0 + above / (most * most)) / (1.0 + above)).min(1.0);
    let factor = (KNEE + (1.0 - KNEE) * pressed) / brightest;
    colours.map(|light| (light * factor).clamp(0.0, 1.0))
}

/// The curve of sRGB, which Display P3 has too.
pub(super) fn encode(light: f32) -> f32 {
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

type Matrix = [[f32; 3]; 3];

pub(super) fn multiply(matrix: &Matrix, light: [f32; 3]) -> [f32; 3] {
    matrix.map(|row| row.iter().zip(light).map(|(factor, light)| factor * light).sum())
}

/// From linear light of the primaries to linear light of the target, both with white D65.
const fn matrix(primaries: u8, target: Colourspace) -> Matrix {
    const NONE: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    match (primaries, target) {
        (1, Colourspace::Srgb) | (12, Colourspace::P3) => NONE,
        (1, Colourspace::P3) => [
            [0.822_462, 0.177_538, 0.0],
            [0.033_194, 0.966_806, 0.0],
            [0.017_083, 0.072_397, 0.910_52],
        ],
        (12, Colourspace::Srgb) => [
            [1.224_94, -0.224_94, 0.0],
            [-0.042_057, 1.042_057, 0.0],
            [-0.019_638, -0.078_636, 1.098_274],
        ],
        // BT.2020, what HDR is nearly always in.
        (_, Colourspace::P3) => [
            [1.343_578, -0.282_18, -0.061_399],
            [-0.065_297, 1.075_788, -0.010_49],
            [0.002_822, -0.019_599, 1.016_777],
        ],
        (_, Colourspace::Srgb) => [
            [1.660_491, -0.587_641, -0.072_85],
            [-0.124_55, 1.132_9, -0.008_349],
            [-0.018_151, -0.100_579, 1.118_73],
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(code: u16, hdr: Hdr) -> u8 {
        let raster = Raster {
            size: super::super::raster::Size { width: 1, height: 1 },
            channels: Channels::Rgb,
            samples: Samples::U16(vec![code; 3]),
        };
        let cicp = Cicp {
            primaries: 9,
            transfer: 16,
        };
        let Samples::U8(samples) = to_sdr(raster, cicp, hdr, Colourspace::P3).unwrap().samples else {
            panic!("8 bits come out")
        };
        assert!(
            samples.iter().all(|sample| sample.abs_diff(samples[0]) <= 1),
            "grey stays grey: {samples:?}"
        );
        samples[0]
    }

    #[test]
    fn paper_stays_and_lights_find_room() {
        // ST 2084: 10, 100, 203, 600 and 1000 cd/m² are these codes of 65535.
        let codes = [19_742, 33_297, 38_054, 45_641, 49_266].map(|code| grey(code, Hdr::Pq));
        // sRGB of 10/203 and 100/203; nothing is changed below the knee.
        assert!(codes[0].abs_diff(63) <= 1 && codes[1].abs_diff(186) <= 1, "{codes:?}");
        assert!((225..240).contains(&codes[2]), "paper is nearly white: {codes:?}");
        assert!(codes.is_sorted_by(|a, b| a < b) && codes[4] >= 254, "{codes:?}");
        assert_eq!(grey(u16::MAX, Hdr::Pq), 255);
    }

    #[test]
    fn hlg_reference_white_is_nearly_white() {
        // BT.2408: graphics white is 75 % HLG, which is 203 cd/m² on a screen of 1000.
        let white = grey(49_151, Hdr::Hlg);
        assert!((225..240).contains(&white), "{white}");
        assert_eq!((grey(0, Hdr::Hlg), grey(u16::MAX, Hdr::Hlg)), (0, 255));
    }
}
