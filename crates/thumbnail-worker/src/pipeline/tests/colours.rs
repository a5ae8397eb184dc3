//! Colour spaces, by numbers.

use image::{Rgb, RgbImage};
use turbojpeg::{PixelFormat, Subsamp};

use super::super::container::jpeg::icc_profile;
use super::super::profile;
use super::super::testing::{jpeg as encode, jpeg_of, png, png_of_chunks, png_with, seen, with_exif, with_icc, zlib};
use super::*;

const COLOUR: [u8; 3] = [200, 120, 60];

fn flat(colour: [u8; 3]) -> RgbImage {
    RgbImage::from_pixel(64, 64, Rgb(colour))
}

fn middle(picture: &Picture) -> [u8; 3] {
    seen(&picture.bytes).into_rgb8().get_pixel(30, 30).0
}

fn assert_close(found: [u8; 3], expected: [u8; 3]) {
    let near = found.iter().zip(&expected).all(|(a, b)| a.abs_diff(*b) <= 2);
    assert!(near, "{found:?} is not {expected:?}");
}

/// Display P3 to sRGB by the textbook: linear light, the product of the two colour matrices, the curve again.
fn p3_to_srgb(colour: [u8; 3]) -> [u8; 3] {
    let linear = colour.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    });
    let rows = [
        [1.2249, -0.2247, 0.0],
        [-0.0420, 1.0419, 0.0],
        [-0.0197, -0.0786, 1.0979],
    ];
    rows.map(|row| {
        let light: f64 = row.iter().zip(&linear).map(|(factor, value)| factor * value).sum();
        let light = light.clamp(0.0, 1.0);
        let value = if light <= 0.003_130_8 {
            light * 12.92
        } else {
            1.055 * light.powf(1.0 / 2.4) - 0.055
        };
        u8::try_from(num::pixels(value * 255.0 + 1.0) - 1).unwrap()
    })
}

fn embedded(picture: &Picture) -> String {
    profile::name(&moxcms::ColorProfile::new_from_slice(&icc_profile(&picture.bytes).unwrap()).unwrap())
}

#[test]
fn display_p3_becomes_srgb_when_that_is_configured() {
    let p3 = &profile::of(Colourspace::P3).icc;
    let source = with_icc(&encode(&flat(COLOUR)), p3);
    let pictures = render(
        &source,
        &PictureOptions {
            colourspace: Colourspace::Srgb,
            ..defaults()
        },
    );
    assert_eq!(embedded(&pictures.preview), "sRGB");
    let expected = p3_to_srgb(COLOUR);
    assert_close(middle(&pictures.preview), expected);
    assert!(
        expected[0].abs_diff(COLOUR[0]) > 5,
        "the conversion must be visible for this test to mean anything"
    );

    let pictures = render(&source, &defaults());
    assert_eq!(embedded(&pictures.preview), "Display P3");
    assert_close(middle(&pictures.preview), COLOUR);
}

#[test]
fn a_profile_in_png_is_honoured_in_8_and_16_bits() {
    let icc = &profile::of(Colourspace::P3).icc;
    let options = PictureOptions {
        colourspace: Colourspace::Srgb,
        ..defaults()
    };
    let tagged = |depth, data: &[u8]| {
        png_with(64, 64, data, |info| {
            info.color_type = png::ColorType::Rgb;
            info.bit_depth = depth;
            info.icc_profile = Some(icc.clone().into());
        })
    };
    let narrow = flat(COLOUR).into_raw();
    let wide: Vec<u8> = narrow.iter().flat_map(|&value| [value, value]).collect();
    for source in [
        tagged(png::BitDepth::Eight, &narrow),
        tagged(png::BitDepth::Sixteen, &wide),
    ] {
        assert_close(middle(&render(&source, &options).preview), p3_to_srgb(COLOUR));
    }
}

#[test]
fn what_counts_as_srgb_stays_srgb() {
    let name = |bytes: &[u8]| embedded(&render(bytes, &defaults()).preview);
    let plain = encode(&flat(COLOUR));
    assert_eq!(name(&plain), "sRGB", "nothing says anything, 8 bits");
    assert_eq!(name(&with_exif(&plain, 1, 1)), "sRGB");
    assert_eq!(name(&with_exif(&plain, 1, 0xFFFF)), "Display P3", "uncalibrated");
    assert_eq!(name(&with_icc(&plain, &profile::of(Colourspace::Srgb).icc)), "sRGB");
    let deep = png(
        64,
        64,
        png::ColorType::Rgb,
        png::BitDepth::Sixteen,
        &vec![128; 64 * 64 * 6],
    );
    assert_eq!(name(&deep), "Display P3", "16 bits without a word");
}

#[test]
fn adobe_rgb_said_by_exif_alone_is_honoured() {
    let pictures = render(&with_exif(&encode(&flat([100, 200, 100])), 1, 2), &defaults());
    let [red, green, _] = middle(&pictures.preview);
    assert!(
        red < 95 && green.abs_diff(200) < 8,
        "a green of Adobe RGB is a purer green of P3: {red} {green}"
    );
}

#[test]
fn a_broken_profile_costs_nothing() {
    let pictures = render(&with_icc(&encode(&flat(COLOUR)), &[7; 200]), &defaults());
    assert_close(middle(&pictures.preview), COLOUR);
}

#[test]
fn ink_becomes_light() {
    // libjpeg writes an Adobe marker, so these values are inverted ink: 255 is none.
    let ink = [255, 128, 0, 255].repeat(64 * 64);
    for settings in [turbojpeg::Colorspace::CMYK, turbojpeg::Colorspace::YCCK] {
        let source = jpeg_of(&ink, 64, PixelFormat::CMYK, |compressor| {
            compressor.set_subsamp(Subsamp::None).unwrap();
            compressor.set_colorspace(settings).unwrap();
        });
        assert_close(middle(&render(&source, &defaults()).preview), [255, 128, 0]);
    }
}

#[test]
fn grey_stays_grey() {
    let source = jpeg_of(&[90; 64 * 64], 64, PixelFormat::GRAY, |_| ());
    assert_close(middle(&render(&source, &defaults()).preview), [90; 3]);
    let grey_profile = moxcms::ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
    let [red, green, blue] = middle(&render(&with_icc(&source, &grey_profile), &defaults()).preview);
    assert!(
        red > 140 && red == green && green == blue,
        "linear grey is lighter than it looks: {red}"
    );
}

/// A flat PNG with these chunks after its header.
fn flat_png(colour: [u8; 3], chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let row = [&[0][..], &colour.repeat(64)].concat();
    let pixels = zlib(&row.repeat(64));
    let head = [&64_u32.to_be_bytes()[..], &64_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let all: Vec<(&[u8; 4], &[u8])> = [(b"IHDR", head.as_slice())]
        .into_iter()
        .chain(chunks.iter().copied())
        .chain([(b"IDAT", pixels.as_slice()), (b"IEND", &[])])
        .collect();
    png_of_chunks(&all)
}

fn in_srgb(source: &[u8]) -> [u8; 3] {
    let options = PictureOptions {
        colourspace: Colourspace::Srgb,
        ..defaults()
    };
    middle(&render(source, &options).preview)
}

/// Hundred-thousandths, as the chunks have them.
fn hundred_thousandths(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}

#[test]
fn a_png_tells_its_colours_by_code_points() {
    let display_p3 = flat_png(COLOUR, &[(b"cICP", &[12, 13, 0, 1])]);
    assert_close(in_srgb(&display_p3), p3_to_srgb(COLOUR));
    let pictures = render(&display_p3, &defaults());
    assert_eq!(embedded(&pictures.preview), "Display P3");
    assert_close(middle(&pictures.preview), COLOUR);
}

#[test]
fn a_png_tells_its_colours_by_primaries_and_gamma() {
    let p3 = hundred_thousandths(&[31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6_000]);
    let (usual, linear) = (hundred_thousandths(&[45_455]), hundred_thousandths(&[100_000]));
    let wide = flat_png(COLOUR, &[(b"gAMA", &usual), (b"cHRM", &p3)]);
    assert_close(in_srgb(&wide), p3_to_srgb(COLOUR));
    // Linear light: 64 of 255 is sRGB 137.
    assert_close(in_srgb(&flat_png([64; 3], &[(b"gAMA", &linear)])), [137; 3]);
    // What is named goes before what is measured, and nonsense is not believed.
    let named = flat_png(COLOUR, &[(b"sRGB", &[0]), (b"gAMA", &linear)]);
    let nonsense = flat_png(COLOUR, &[(b"cHRM", &hundred_thousandths(&[0; 8]))]);
    assert_close(in_srgb(&named), COLOUR);
    assert_close(in_srgb(&nonsense), COLOUR);
}

#[test]
fn a_png_of_high_dynamic_range_is_mapped() {
    // PQ: paper white, 203 cd/m2, is 149 of 255.
    let [red, green, blue] = in_srgb(&flat_png([149; 3], &[(b"cICP", &[9, 16, 0, 1])]));
    assert!((225..=242).contains(&green), "{red} {green} {blue}");
    assert!(red.abs_diff(green) <= 2 && blue.abs_diff(green) <= 2);
}
