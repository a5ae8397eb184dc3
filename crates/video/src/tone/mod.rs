//! From high to standard dynamic range: pixels of PQ or HLG in BT.2020 become sRGB.
//!
//! Everything that costs is in tables made once: what a coded value means in light, what remains of a brightness, and how
//! light is coded in sRGB. A pixel takes three look-ups, a matrix, and three look-ups more.

mod curve;
mod operator;

use safelight_core::settings::ToneMapping;

use self::curve::{Light, srgb};

/// How bright things are coded in a film of high dynamic range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HdrTransfer {
    /// SMPTE ST 2084, the perceptual quantiser of HDR10 and Dolby Vision.
    Pq,
    /// ARIB STD-B67, hybrid log-gamma, what phones film.
    Hlg,
}

impl HdrTransfer {
    /// From ffmpeg's word for a transfer function; none where the range is standard.
    pub fn of_word(word: &str) -> Option<Self> {
        match word {
            "smpte2084" => Some(Self::Pq),
            "arib-std-b67" => Some(Self::Hlg),
            _ => None,
        }
    }
}

/// Light that is shown as white on a screen of standard range, in candelas per square metre; all light is counted in it.
const WHITE: f32 = 100.0;

/// The brightest light that is told from brighter ones, in whites.
const PEAK: f32 = 10.0;

/// BT.2020 primaries to BT.709, linear light.
const TO_709: [[f32; 3]; 3] = [
    [1.660_491, -0.587_641, -0.072_850],
    [-0.124_550, 1.132_9, -0.008_349],
    [-0.018_151, -0.100_579, 1.118_73],
];

/// Luminance of BT.2020 primaries.
const LUMA_2020: [f32; 3] = [0.262_7, 0.678_0, 0.059_3];

/// A conversion, with its tables.
pub struct ToneMap {
    light: Light,
    /// What a brightness is multiplied by, by its square root.
    gain: Vec<f32>,
    srgb: Vec<u8>,
}

impl ToneMap {
    /// The tables for one transfer function and one operator. With `Disabled`, what is brighter than white is white.
    pub fn new(transfer: HdrTransfer, operator: ToneMapping) -> Self {
        Self {
            light: Light::new(transfer),
            gain: operator::gains(operator, PEAK),
            srgb: srgb(),
        }
    }

    /// Converts one pixel of full-range R'G'B'.
    pub fn map(&self, pixel: [u16; 3]) -> [u8; 3] {
        let [red, green, blue] = self.light.of(pixel);
        let row = |[r, g, b]: [f32; 3]| (r * red + g * green + b * blue).max(0.0);
        let light = TO_709.map(row);
        // The brightest of the three decides, so that colours keep their hue.
        let brightest = light.iter().copied().fold(0.0, f32::max);
        let gain = operator::look_up(&self.gain, brightest, PEAK);
        light.map(|light| {
            let at = curve::index((light * gain).clamp(0.0, 1.0).sqrt(), self.srgb.len());
            self.srgb.get(at).copied().unwrap_or_default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The PQ code of so many candelas, by the formula of the standard.
    fn pq(nits: f64) -> u16 {
        let power = (nits / 10_000.0).powf(0.159_301_757_812_5);
        let coded = ((0.835_937_5 + 18.851_562_5 * power) / (1.0 + 18.687_5 * power)).powf(78.843_75);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::as_conversions,
            reason = "within range"
        )]
        let code = (coded * 65_535.0).round() as u16;
        code
    }

    fn grey(map: &ToneMap, code: u16) -> u8 {
        let [red, green, blue] = map.map([code; 3]);
        assert!(
            red.abs_diff(green) <= 1 && green.abs_diff(blue) <= 1,
            "grey stays grey: {red} {green} {blue}"
        );
        green
    }

    #[test]
    fn brighter_stays_brighter_and_nothing_is_lost_below_the_peak() {
        for operator in [ToneMapping::Hable, ToneMapping::Mobius, ToneMapping::Reinhard] {
            let map = ToneMap::new(HdrTransfer::Pq, operator);
            let steps: Vec<u8> = [0.0, 1.0, 10.0, 50.0, 100.0, 200.0, 400.0, 700.0, 1_000.0]
                .iter()
                .map(|nits| grey(&map, pq(*nits)))
                .collect();
            assert!(steps.is_sorted_by(|a, b| a < b), "{operator:?} {steps:?}");
            assert_eq!((steps.first(), steps.last()), (Some(&0), Some(&255)), "{operator:?}");
            assert_eq!(grey(&map, u16::MAX), 255);
        }
    }

    #[test]
    fn without_an_operator_white_is_where_it_was() {
        let map = ToneMap::new(HdrTransfer::Pq, ToneMapping::Disabled);
        assert_eq!(grey(&map, pq(100.0)), 255);
        // Half the light is 188 in sRGB.
        assert!(grey(&map, pq(50.0)).abs_diff(188) <= 1);
        assert_eq!(grey(&map, pq(4_000.0)), 255);
    }

    #[test]
    fn hybrid_log_gamma_peaks_at_its_end() {
        let map = ToneMap::new(HdrTransfer::Hlg, ToneMapping::Hable);
        assert_eq!((grey(&map, 0), grey(&map, u16::MAX)), (0, 255));
        // Half of the range is where standard and high part meet: a bright scene's middle.
        assert!((90..=200).contains(&grey(&map, 32_768)), "{}", grey(&map, 32_768));
    }

    #[test]
    fn a_colour_keeps_its_hue() {
        let map = ToneMap::new(HdrTransfer::Pq, ToneMapping::Hable);
        let [red, green, blue] = map.map([pq(800.0), pq(80.0), pq(80.0)]);
        assert!(red > 200 && green < red / 2 && blue < red / 2, "{red} {green} {blue}");
    }
}
