//! What light becomes, by whatever resizes it.

use super::super::raster::Channels;
use super::super::testing::reference::{Weighed, light, psnr, resized};
use super::*;

const fn size(width: u32, height: u32) -> Size {
    Size { width, height }
}

/// A picture, pixel by pixel.
fn raster<const CHANNELS: usize>(of: Size, channels: Channels, pixel: impl Fn(u32, u32) -> [u8; CHANNELS]) -> Raster {
    let pixels = (0..of.height).flat_map(|y| (0..of.width).map(move |x| (x, y)));
    Raster::of_bytes(of, channels, pixels.flat_map(|(x, y)| pixel(x, y)).collect())
}

/// By every way there is: with this processor's instructions, and whole in 8 and in 16 bits.
fn every_way(raster: &Raster, to: Size) -> Vec<(&'static str, Vec<u8>)> {
    let covered = (f64::from(raster.size.width), f64::from(raster.size.height));
    let Samples::U8(levels) = &raster.samples else {
        panic!("these are 8 bits");
    };
    let sixteen = Raster {
        samples: Samples::U16(levels.iter().map(|&level| u16::from(level) * 257).collect()),
        ..raster.clone()
    };
    let whole = |raster| Resampler::new().resize(raster, covered, to, Transfer::Srgb).unwrap();
    let made = [
        ("rows", by_rows(raster, covered, to)),
        ("whole", Some(whole(raster.clone()))),
        ("16 bits", Some(whole(sixteen))),
    ];
    let made = made.into_iter().filter_map(|(way, made)| Some((way, made?)));
    made.map(|(way, made)| {
        let samples = match made.samples {
            Samples::U8(samples) => samples,
            Samples::U16(samples) => samples.into_iter().map(super::super::num::to_8_bit).collect(),
        };
        (way, samples)
    })
    .collect()
}

#[test]
fn a_checkerboard_keeps_the_mean_of_its_light() {
    let whole = size(240, 200);
    let check = |x: u32, y: u32| if (x + y).is_multiple_of(2) { 255 } else { 0 };
    let pictures = [
        raster(whole, Channels::Grey, |x, y| [check(x, y)]),
        raster(whole, Channels::Rgb, |x, y| [check(x, y); 3]),
    ];
    for picture in pictures {
        for (way, made) in every_way(&picture, size(52, 43)) {
            // Half the light is level 187.5; the ends of the lines have no neighbours.
            let near = made.iter().filter(|level| level.abs_diff(188) <= 1).count();
            assert!(near * 10 > made.len() * 9, "{way}: {:?}", &made[..60]);
        }
    }
}

#[test]
fn a_single_star_keeps_its_light() {
    let whole = size(120, 120);
    let sky = 40;
    let star = |x: u32, y: u32| if (x, y) == (61, 58) { 255 } else { sky };
    let picture = raster(whole, Channels::Rgb, |x, y| [star(x, y); 3]);
    let more = |levels: &[u8]| -> f64 {
        let more = |&level: &u8| light(f64::from(level)) - light(f64::from(sky));
        levels.iter().step_by(3).map(more).sum()
    };
    let expected = light(255.0) - light(f64::from(sky));
    for (way, made) in every_way(&picture, size(40, 40)) {
        let kept = more(&made) * 9.0 / expected;
        assert!((kept - 1.0).abs() < 0.05, "{way}: {kept}");
    }
}

#[test]
fn a_gradient_stays_in_order() {
    let picture = raster(size(1024, 48), Channels::Rgb, |x, _| {
        let level = u8::try_from(x / 4).unwrap();
        [level, level / 2, 255 - level]
    });
    for (way, made) in every_way(&picture, size(333, 16)) {
        let row = &made[333 * 3 * 8..333 * 3 * 9];
        let channel = |at: usize| -> Vec<u8> { row.iter().skip(at).step_by(3).copied().collect() };
        assert!(channel(0).is_sorted() && channel(1).is_sorted(), "{way}");
        assert!(channel(2).iter().rev().is_sorted(), "{way}");
        let all: std::collections::BTreeSet<u8> = channel(0).into_iter().collect();
        assert!(all.len() > 250, "{way}: steps are left out: {}", all.len());
    }
}

#[test]
fn what_nobody_can_see_weighs_nothing_and_light_behind_alpha_adds_up() {
    // Columns: white, and black that is not there; in the lower half black that is there.
    let picture = raster(size(128, 128), Channels::Rgba, |x, y| match (x % 2, y < 64) {
        (0, _) => [255, 255, 255, 255],
        (_, true) => [0, 0, 0, 0],
        (_, false) => [0, 0, 0, 255],
    });
    for (way, made) in every_way(&picture, size(32, 32)) {
        let pixel = |x: usize, y: usize| &made[(y * 32 + x) * 4..][..4];
        let upper = pixel(16, 4);
        assert!(upper[..3].iter().all(|&level| level >= 254), "{way}: {upper:?}");
        assert!(upper[3].abs_diff(128) <= 1, "alpha is no light: {way}: {upper:?}");
        let lower = pixel(16, 28);
        assert!(
            lower[..3].iter().all(|&level| level.abs_diff(188) <= 1),
            "{way}: {lower:?}"
        );
        assert_eq!(lower[3], 255, "{way}");
    }
    let grey = raster(size(64, 64), Channels::GreyAlpha, |x, _| {
        if x.is_multiple_of(2) { [255, 255] } else { [0, 0] }
    });
    for (way, made) in every_way(&grey, size(16, 16)) {
        let [level, alpha] = [made[2 * 136], made[2 * 136 + 1]];
        assert!(level >= 254 && alpha.abs_diff(128) <= 1, "{way}: {level} {alpha}");
    }
}

#[test]
fn half_the_ink_of_a_pattern_is_half_of_the_light() {
    let picture = raster(size(96, 96), Channels::Cmyk, |x, _| {
        if x.is_multiple_of(2) { [255; 4] } else { [0; 4] }
    });
    for (way, made) in every_way(&picture, size(24, 24)) {
        let ink = made[4 * 24 * 12 + 48];
        assert!(ink.abs_diff(255 - 188) <= 1, "{way}: {ink}");
    }
}

#[test]
fn samples_that_are_light_are_weighed_as_they_are() {
    let samples = (0..64_u32 * 64)
        .map(|at| if at.is_multiple_of(2) { 0 } else { u16::MAX })
        .collect();
    let picture = Raster {
        size: size(64, 64),
        channels: Channels::Grey,
        samples: Samples::U16(samples),
    };
    let covered = (64.0, 64.0);
    let Samples::U16(made) = Resampler::new()
        .resize(picture, covered, size(16, 16), Transfer::Linear)
        .unwrap()
        .samples
    else {
        panic!("16 bits stay 16 bits");
    };
    assert!(made[136].abs_diff(32_768) < 300, "{}", made[136]);
}

#[test]
fn every_way_is_near_to_the_definition() {
    let whole = size(311, 207);
    let photo = super::super::testing::photo(whole.width, whole.height);
    let picture = Raster::of_bytes(whole, Channels::Rgb, photo.into_raw());
    let Samples::U8(levels) = &picture.samples else {
        panic!("these are 8 bits");
    };
    let (to, covered) = (size(97, 65), (311.0, 207.0));
    let exact = resized(levels, (whole, 3), covered, to, Weighed::Light);
    for (way, made) in every_way(&picture, to) {
        let near = psnr(&made, &exact);
        assert!(near > 52.0, "{way}: {near} dB");
    }
}
