use image::{Rgb, RgbImage};

use super::*;
use crate::pipeline::options::PictureOptions;
use crate::pipeline::probe::{Reading, probe};
use crate::pipeline::raster::Samples;
use crate::pipeline::resize::Shrinker;
use crate::pipeline::{Limits, testing};

const BASE: Size = Size {
    width: 216,
    height: 144,
};

/// Waves of red against waves of cyan, as steep as the result can show.
fn saturated() -> RgbImage {
    let wave = |at: u32| {
        let wave = (f64::from(at) * 0.52).sin() * 127.0 + 128.0;
        u8::try_from(crate::pipeline::num::pixels(wave).min(255)).unwrap()
    };
    RgbImage::from_fn(600, 400, |x, y| Rgb([wave(x), wave(y), wave(y)]))
}

#[test]
fn saturated_colours_are_what_the_whole_picture_has() {
    let Some(instructions) = Instructions::detect() else {
        eprintln!("SKIPPED: this processor has no instructions for it");
        return;
    };
    let picture = saturated();
    let bytes = testing::jpeg_of(picture.as_raw(), 600, turbojpeg::PixelFormat::RGB, |compressor| {
        compressor.set_quality(95).unwrap();
        compressor.set_subsamp(turbojpeg::Subsamp::None).unwrap();
    });
    let reading = Reading::new("a.jpg", &PictureOptions::default(), &Limits::default());
    let header = probe(&bytes, &reading).unwrap();
    let wanted = Wanted {
        scale: 1,
        base: BASE,
        reading: &reading,
    };
    let by_rows = decode_shrunk(&bytes, &header, &wanted, instructions, &|| Ok(())).unwrap();
    let whole = decode(&bytes, &header, 1, false).unwrap();
    let whole = Shrinker::new().shrink_decoded(whole, BASE).unwrap();
    let (Samples::U8(by_rows), Samples::U8(whole)) = (&by_rows.samples, &whole.samples) else {
        panic!("8 bits stay 8 bits");
    };
    let squares = by_rows.iter().zip(whole).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2));
    let mean = squares.sum::<u64>() / u64::try_from(whole.len()).unwrap();
    assert!(mean < 10, "{mean}: {:?} {:?}", &by_rows[3000..3024], &whole[3000..3024]);
}
