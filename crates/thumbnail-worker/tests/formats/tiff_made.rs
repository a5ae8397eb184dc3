//! TIFF of kinds that no sample is of, made here: one strip behind its tags.

use image::RgbImage;

use super::{CORNERS, assert_near, corners, render, seen, try_render};

/// Pixels of the pictures.
const SIZE: (u16, u16) = (32, 24);

/// Tag and values; the kind of value follows from both.
type Tag = (u16, Vec<u32>);

/// A page of the `strip`, as one order of bytes or the other has its tags.
fn page(tags: &[Tag], strip: &[u8]) -> Vec<u8> {
    let mut all = vec![
        (256, vec![u32::from(SIZE.0)]),
        (257, vec![u32::from(SIZE.1)]),
        (259, vec![1]),
        (278, vec![u32::from(SIZE.1)]),
        (279, vec![u32::try_from(strip.len()).unwrap()]),
    ];
    all.retain(|(tag, _)| tags.iter().all(|(given, _)| given != tag));
    all.extend(tags.iter().cloned());
    let values_at = 8 + 2 + (all.len() + 1) * 12 + 4;
    let values: usize = all.iter().map(|(_, values)| values.len() * 4).sum();
    all.push((273, vec![u32::try_from(values_at + values).unwrap()]));
    all.sort_by_key(|(tag, _)| *tag);
    let mut directory = u16::try_from(all.len()).unwrap().to_le_bytes().to_vec();
    let mut beyond = Vec::new();
    for (tag, values) in &all {
        // Offsets and lengths are long, the white point is floating point, the others are short.
        let kind: u16 = match tag {
            256 | 257 | 273 | 278 | 279 => 4,
            318 => 11,
            _ => 3,
        };
        let bytes = |value: &u32| value.to_le_bytes()[..if kind == 3 { 2 } else { 4 }].to_vec();
        let mut bytes: Vec<u8> = values.iter().flat_map(bytes).collect();
        directory.extend(tag.to_le_bytes());
        directory.extend(kind.to_le_bytes());
        directory.extend(u32::try_from(values.len()).unwrap().to_le_bytes());
        if bytes.len() > 4 {
            directory.extend(u32::try_from(values_at + beyond.len()).unwrap().to_le_bytes());
            beyond.append(&mut bytes);
        } else {
            bytes.resize(4, 0);
            directory.append(&mut bytes);
        }
    }
    beyond.resize(values, 0);
    [b"II*\0\x08\0\0\0".as_slice(), &directory, &[0; 4], &beyond, strip].concat()
}

/// The field that a pixel is in, row by row.
fn fields() -> impl Iterator<Item = usize> {
    let (width, height) = SIZE;
    (0..height)
        .flat_map(move |y| (0..width).map(move |x| usize::from(y >= height / 2) * 2 + usize::from(x >= width / 2)))
}

/// Samples of the fields, by their 8 bits.
fn samples() -> impl Iterator<Item = u8> {
    fields().flat_map(|field| CORNERS[field])
}

/// Numbers of so many bits one behind the other; rows are whole bytes.
fn packed(numbers: impl Iterator<Item = u32>, bits: usize) -> Vec<u8> {
    let digits: Vec<u8> = numbers
        .flat_map(|number| (0..bits).rev().map(move |bit| u8::from(number >> bit & 1 == 1)))
        .collect();
    digits
        .chunks(8)
        .map(|byte| byte.iter().fold(0, |sum, digit| sum << 1 | digit))
        .collect()
}

async fn shown(bytes: Vec<u8>, what: &str) -> RgbImage {
    let made = try_render(bytes, "a.tif").await;
    let pictures = made.unwrap_or_else(|error| panic!("{what}: {error:?}"));
    assert!(!pictures.is_transparent, "{what}");
    seen(&pictures.preview.bytes).into_rgb8()
}

async fn assert_fields(bytes: Vec<u8>, within: u8, what: &str) {
    let picture = shown(bytes, what).await;
    assert_eq!(picture.dimensions(), (SIZE.0.into(), SIZE.1.into()), "{what}");
    for (found, expected) in corners(&picture).into_iter().zip(CORNERS) {
        assert_near(found, expected, within, what);
    }
}

fn rgb(bits: u32) -> Vec<Tag> {
    vec![(258, vec![bits; 3]), (262, vec![2]), (277, vec![3])]
}

fn with(mut tags: Vec<Tag>, more: &[Tag]) -> Vec<Tag> {
    tags.extend(more.iter().cloned());
    tags
}

#[tokio::test]
async fn samples_of_odd_widths() {
    for (bits, within) in [(4, 12), (10, 5), (12, 5), (14, 5), (24, 5)] {
        let most = (1_u32 << bits) - 1;
        let numbers = samples().map(|sample| u32::try_from((u64::from(sample) * u64::from(most) + 127) / 255).unwrap());
        let strip = if bits == 24 {
            numbers.flat_map(|number| number.to_le_bytes()[..3].to_vec()).collect()
        } else {
            packed(numbers, usize::try_from(bits).unwrap())
        };
        assert_fields(page(&rgb(bits), &strip), within, &format!("{bits} bits")).await;
    }
}

#[tokio::test]
async fn bits_from_the_lowest_on() {
    let reversed = |strip: Vec<u8>| strip.into_iter().map(u8::reverse_bits).collect::<Vec<u8>>();
    let lowest_first = [(266, vec![2])];
    let four = packed(samples().map(|sample| (u32::from(sample) * 15 + 127) / 255), 4);
    assert_fields(page(&with(rgb(4), &lowest_first), &reversed(four)), 12, "4 bits").await;
    let wide: Vec<u8> = samples().flat_map(|sample| [sample, sample]).collect();
    assert_fields(page(&with(rgb(16), &lowest_first), &reversed(wide)), 5, "16 bits").await;
}

#[tokio::test]
async fn samples_with_signs() {
    let signed = [(339, vec![2; 3])];
    let eight: Vec<u8> = samples().map(|sample| sample ^ 0x80).collect();
    assert_fields(page(&with(rgb(8), &signed), &eight), 5, "8 bits").await;
    let sixteen = |of: fn(u8) -> u16| {
        samples()
            .flat_map(|sample| of(sample).to_le_bytes())
            .collect::<Vec<u8>>()
    };
    let below = sixteen(|sample| (u16::from(sample) * 257) ^ 0x8000);
    assert_fields(page(&with(rgb(16), &signed), &below), 5, "16 bits").await;
    let above = sixteen(|sample| u16::from(sample) * 128);
    assert_fields(page(&with(rgb(16), &signed), &above), 5, "16 bits, none negative").await;
}

#[tokio::test]
async fn a_palette_with_another_channel() {
    let mut table = vec![0; 3 * 256];
    for (field, colour) in CORNERS.iter().enumerate() {
        for (channel, sample) in colour.iter().enumerate() {
            table[channel * 256 + field] = u32::from(*sample) * 257;
        }
    }
    let strip: Vec<u8> = fields().flat_map(|field| [u8::try_from(field).unwrap(), 77]).collect();
    let tags = |extra| {
        let shape = vec![(258, vec![8; 2]), (262, vec![3]), (277, vec![2])];
        with(shape, &[(320, table.clone()), (338, vec![extra])])
    };
    assert_fields(page(&tags(0), &strip), 5, "something else").await;
    let made = try_render(page(&tags(2), &strip), "a.tif").await.unwrap();
    assert!(made.is_transparent, "alpha");
}

/// Lab numbers of the fields, under the white of screens.
#[tokio::test]
async fn lab_under_the_white_that_it_names() {
    // CIE Lab (D65) of the colours of the corners.
    let lab: [[i16; 3]; 4] = [[48, 67, 46], [64, -60, 49], [34, 43, -74], [81, -4, 76]];
    let byte = |number: i16| number.to_le_bytes()[0];
    let strip: Vec<u8> = fields()
        .flat_map(|field| {
            let [lightness, a, b] = lab[field];
            [byte(lightness * 255 / 100), byte(a), byte(b)]
        })
        .collect();
    let white = [0.3127_f32, 0.329].map(f32::to_bits).to_vec();
    let tags = vec![(258, vec![8; 3]), (262, vec![8]), (277, vec![3]), (318, white)];
    assert_fields(page(&tags, &strip), 14, "8 bits").await;
    let strip: Vec<u8> = fields()
        .flat_map(|field| {
            let [lightness, a, b] = lab[field].map(i32::from);
            let lightness = u16::try_from(lightness * 65_535 / 100).unwrap();
            let difference = |number: i32| i16::try_from(number * 256).unwrap().cast_unsigned();
            [lightness, difference(a), difference(b)].map(u16::to_le_bytes).concat()
        })
        .collect();
    let tags: Vec<Tag> = tags
        .into_iter()
        .map(|(tag, values)| (tag, if tag == 258 { vec![16; 3] } else { values }))
        .collect();
    assert_fields(page(&tags, &strip), 14, "16 bits").await;
}

/// Light of 1 and of a quarter, as logarithms: high bytes of a row, then low ones, in runs.
#[tokio::test]
async fn the_logarithm_of_light() {
    let row = |code: u16| {
        let [high, low] = code.to_be_bytes();
        let width = u8::try_from(SIZE.0).unwrap();
        // A run of so many and two less than a hundred and twenty eight.
        [width + 126, high, width + 126, low]
    };
    let half = usize::from(SIZE.1 / 2);
    let strip = [row(64 << 8).repeat(half), row(62 << 8).repeat(half)].concat();
    let tags = vec![
        (258, vec![16]),
        (259, vec![34_676]),
        (262, vec![32_844]),
        (277, vec![1]),
        (339, vec![2]),
    ];
    let picture = shown(page(&tags, &strip), "LogL").await;
    let [upper, _, lower, _] = corners(&picture);
    assert_near(upper, [255; 3], 3, "white");
    // A quarter of the light is at 137 of the curve.
    assert_near(lower, [137; 3], 4, "a quarter");
}

/// What no program shows twice: the colours as JPEG has them, with a fourth of the colour samples.
#[tokio::test]
async fn colours_of_a_fourth_of_the_resolution() {
    let (width, height) = (usize::from(SIZE.0), usize::from(SIZE.1));
    let fields: Vec<usize> = fields().collect();
    let ycbcr = |[red, green, blue]: [u8; 3]| {
        let [red, green, blue] = [red, green, blue].map(f64::from);
        let y = 0.299 * red + 0.587 * green + 0.114 * blue;
        let difference = |colour: f64, most: f64| (colour - y) / most + 128.0;
        let byte = |value: f64| u8::try_from(thumbnail_worker::pipeline::num::pixels(value).min(255)).unwrap();
        [y, difference(blue, 1.772), difference(red, 1.402)].map(byte)
    };
    let mut strip = Vec::new();
    for top in (0..height).step_by(2) {
        for left in (0..width).step_by(2) {
            let [y, blue, red] = ycbcr(CORNERS[fields[top * width + left]]);
            strip.extend([y, y, y, y, blue, red]);
        }
    }
    let tags = vec![(258, vec![8; 3]), (262, vec![6]), (277, vec![3]), (530, vec![2, 2])];
    assert_fields(page(&tags, &strip), 6, "YCbCr").await;
}

#[tokio::test]
async fn a_plain_page_under_the_name_of_a_raw_file() {
    let file = page(&rgb(8), &samples().collect::<Vec<u8>>());
    for name in ["a.dng", "a.nef", "a.cr2"] {
        let made = try_render(file.clone(), name).await;
        let pictures = made.unwrap_or_else(|error| panic!("{name}: {error:?}"));
        let picture = seen(&pictures.preview.bytes).into_rgb8();
        for (found, expected) in corners(&picture).into_iter().zip(CORNERS) {
            assert_near(found, expected, 5, name);
        }
    }
    // A smaller version of something else is no picture by itself.
    let part = page(&with(rgb(8), &[(254, vec![1])]), &samples().collect::<Vec<u8>>());
    assert!(try_render(part, "a.dng").await.is_err());
}

#[tokio::test]
async fn every_compression() {
    for name in ["rgb8-zstd.tif", "rgb8-lzma.tif", "rgb8-webp.tif"] {
        let picture = seen(&render(name).await.preview.bytes).into_rgb8();
        for (found, expected) in corners(&picture).into_iter().zip(CORNERS) {
            assert_near(found, expected, 14, name);
        }
    }
    for name in [
        "rgb8-saved-channel.tif",
        "rgb16-saved-channel.tif",
        "rgb8-planar-tiled.tif",
    ] {
        let pictures = render(name).await;
        assert!(!pictures.is_transparent, "{name}");
        for (found, expected) in corners(&seen(&pictures.preview.bytes).into_rgb8())
            .into_iter()
            .zip(CORNERS)
        {
            assert_near(found, expected, 5, name);
        }
    }
    for name in ["bilevel-g3.tif", "bilevel-g3-lsb.tif"] {
        let fax = seen(&render(name).await.preview.bytes).into_rgb8();
        for (found, expected) in corners(&fax).into_iter().zip([0, 255, 0, 255]) {
            assert_near(found, [expected; 3], 3, name);
        }
    }
}

/// libtiff brings codecs of the system along, which have functions of the same names as those that are built in.
#[test]
fn the_program_hands_out_none_of_its_codecs() {
    let listing = std::process::Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(super::program())
        .output();
    let Ok(listing) = listing else {
        println!("SKIPPED: there is no nm");
        return;
    };
    assert!(listing.status.success(), "{listing:?}");
    let names = String::from_utf8_lossy(&listing.stdout);
    let handed_out: Vec<&str> = names
        .lines()
        .filter(|line| {
            ["jpeg_", "jinit_", "WebP", "VP8"]
                .iter()
                .any(|name| line.contains(name))
        })
        .collect();
    assert_eq!(handed_out, Vec::<&str>::new());
}
