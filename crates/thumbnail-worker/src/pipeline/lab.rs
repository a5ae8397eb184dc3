//! CIE Lab to colours of a screen.

use super::num::word;
use super::tone;

/// The white that Lab is told under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum White {
    /// Of print, of ICC, and of Photoshop.
    D50,
    /// Of screens.
    D65,
}

impl White {
    /// X and Z beside a Y of 1.
    const fn xz(self) -> [f32; 2] {
        match self {
            Self::D50 => [0.964_22, 0.825_21],
            Self::D65 => [0.950_47, 1.088_83],
        }
    }

    /// From XYZ to linear sRGB, adapted by Bradford where white is another one.
    const fn to_srgb(self) -> [[f32; 3]; 3] {
        match self {
            Self::D50 => [
                [3.133_856, -1.616_867, -0.490_615],
                [-0.978_768, 1.916_142, 0.033_454],
                [0.071_945, -0.228_991, 1.405_243],
            ],
            Self::D65 => [
                [3.240_454, -1.537_139, -0.498_531],
                [-0.969_266, 1.876_011, 0.041_556],
                [0.055_643, -0.204_026, 1.057_225],
            ],
        }
    }
}

/// CIE Lab, as 16-bit numbers have it (the differences begin at 128 of 255), to sRGB.
pub(super) fn lab_to_srgb([lightness, green_red, blue_yellow]: [u16; 3], white: White) -> [u16; 3] {
    let lightness = f32::from(lightness) / f32::from(u16::MAX) * 100.0;
    let difference = |sample: u16| f32::from(sample) / 257.0 - 128.0;
    let y = (lightness + 16.0) / 116.0;
    let cube = |root: f32| {
        let delta = 6.0 / 29.0;
        if root > delta {
            root * root * root
        } else {
            3.0 * delta * delta * (root - 4.0 / 29.0)
        }
    };
    let [white_x, white_z] = white.xz();
    let x = white_x * cube(y + difference(green_red) / 500.0);
    let z = white_z * cube(y - difference(blue_yellow) / 200.0);
    let y = cube(y);
    let light = |row: [f32; 3]| {
        row.into_iter()
            .zip([x, y, z])
            .map(|(factor, part)| factor * part)
            .sum::<f32>()
    };
    white
        .to_srgb()
        .map(|row| word(tone::encode(light(row).clamp(0.0, 1.0))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::num::to_8_bit;

    #[test]
    fn lab_of_known_colours() {
        let srgb = |l: f32, a: f32, b: f32| {
            let shifted = |difference: f32| word((difference + 128.0) / 255.0);
            lab_to_srgb([word(l / 100.0), shifted(a), shifted(b)], White::D50).map(to_8_bit)
        };
        let near = |found: [u8; 3], wanted: [u8; 3]| found.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) <= 1);
        // CIE Lab (D50) of the corners of sRGB.
        assert!(near(srgb(100.0, 0.0, 0.0), [255; 3]), "{:?}", srgb(100.0, 0.0, 0.0));
        assert!(near(srgb(0.0, 0.0, 0.0), [0; 3]));
        assert!(
            near(srgb(54.29, 80.81, 69.89), [255, 0, 0]),
            "{:?}",
            srgb(54.29, 80.81, 69.89)
        );
        assert!(
            near(srgb(29.57, 68.30, -112.03), [0, 0, 255]),
            "{:?}",
            srgb(29.57, 68.30, -112.03)
        );
    }

    #[test]
    fn the_same_colours_under_the_white_of_screens() {
        let shifted = |difference: f32| word((difference + 128.0) / 255.0);
        let red = [word(53.24 / 100.0), shifted(80.09), shifted(67.20)];
        let found = lab_to_srgb(red, White::D65).map(to_8_bit);
        assert!(found[0] >= 254 && found[1] <= 1 && found[2] <= 1, "{found:?}");
    }
}
