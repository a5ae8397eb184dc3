//! Files from elsewhere, one of each kind that was not right once: `pictures` in the folder `SAFELIGHT_CASES`, or in
//! `shared/cases` beside the repository. Without them this is skipped, and says so; each kind has tests that make their own input.

use std::path::{Path, PathBuf};

use super::{assert_near, seen, try_render};

/// Red, green, blue and yellow in the corners.
const FIELDS: [[u8; 3]; 4] = [[230, 20, 20], [20, 200, 20], [20, 20, 230], [240, 230, 20]];

/// The same turned clockwise: what is drawn upright and told to be turned is shown on its side.
const TURNED: [[u8; 3]; 4] = [FIELDS[2], FIELDS[0], FIELDS[3], FIELDS[1]];

/// A slope of red from left to right and of green down, with some blue.
const SLOPES: [[u8; 3]; 4] = [[1, 1, 91], [253, 0, 91], [0, 250, 91], [254, 250, 91]];

/// A file: its size, its corners, and how far they may be from that.
type Case = (&'static str, (u32, u32), [[u8; 3]; 4], u8);

const CASES: [Case; 22] = [
    ("jpeg-orientation6-named.heic", (480, 640), TURNED, 12),
    ("ori-xmp-only.jpg", (640, 480), FIELDS, 12),
    ("ori-ifd1-only.jpg", (640, 480), FIELDS, 12),
    ("jxl-exif-orientation6.jxl", (640, 480), FIELDS, 12),
    ("jxl-container-no-size.jxl", (640, 480), FIELDS, 12),
    ("tiff-jpeg-ycbcr-420-strips.tif", (300, 220), FIELDS, 12),
    ("tiff-jpeg-ycbcr-libtiff.tif", (300, 220), FIELDS, 12),
    ("tiff-rgb-extra-channel-lzw-predictor.tif", (300, 220), FIELDS, 6),
    ("tiff-rgb16-extra-channel-deflate-predictor.tif", (300, 220), FIELDS, 6),
    ("webp-exif-prefix-orientation6.webp", (480, 640), FIELDS, 12),
    ("jpeg-without-eoi.jpg", (640, 480), FIELDS, 12),
    ("heic-200mp.heic", (1920, 1440), SLOPES, 12),
    ("gif-frame-larger-than-canvas.gif", (160, 120), FIELDS, 12),
    ("tiff-planar-tiled.tif", (300, 220), FIELDS, 6),
    ("tiff-lab8.tif", (300, 220), FIELDS, 24),
    ("tiff-named.dng", (640, 480), FIELDS, 6),
    ("dng-lossy-mappolynomial.dng", (640, 480), FIELDS, 6),
    ("rating-4.5.jpg", (640, 480), FIELDS, 12),
    ("description-null.jpg", (640, 480), FIELDS, 12),
    ("date-ctime.jpg", (640, 480), FIELDS, 12),
    ("year-0001.jpg", (640, 480), FIELDS, 12),
    ("nikon-d70-iso-only-in-makernote.jpg", (640, 480), FIELDS, 12),
];

/// The mean colours of the quarters, as `ImageMagick`, libvips or `ffmpeg` see them.
const QUARTERS: [(&str, [[u8; 3]; 4], u8); 2] = [
    (
        // By its reference black and white, which ffmpeg does not read.
        "tiff-ycbcr-lzw-subsampled.tif",
        [[41, 47, 48], [49, 57, 54], [55, 69, 61], [70, 90, 78]],
        4,
    ),
    ("tiff-fax-g3.tif", [[91; 3], [109; 3], [129; 3], [167; 3]], 4),
];

fn folder() -> Option<PathBuf> {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../../../shared/cases", "../../../../shared/cases"].map(|place| crate_folder.join(place));
    let named = std::env::var_os("SAFELIGHT_CASES").map(PathBuf::from);
    let found = named.into_iter().chain(beside).find(|folder| folder.is_dir());
    if found.is_none() {
        println!("SKIPPED: there are no odd files (set SAFELIGHT_CASES)");
    }
    Some(found?.join("pictures"))
}

async fn shown(folder: &Path, name: &str) -> image::RgbImage {
    let bytes = std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let made = try_render(bytes, name).await;
    let pictures = made.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    assert!(!pictures.is_transparent, "{name}");
    seen(&pictures.preview.bytes).into_rgb8()
}

#[tokio::test]
async fn what_stands_upright_in_its_colours() {
    let Some(folder) = folder() else { return };
    let mut wrong = Vec::new();
    for (name, size, expected, within) in CASES {
        let folder = folder.clone();
        let checked = tokio::spawn(async move {
            let picture = shown(&folder, name).await;
            assert_eq!(picture.dimensions(), size, "{name}");
            let (right, bottom) = (picture.width() - 11, picture.height() - 11);
            let places = [(10, 10), (right, 10), (10, bottom), (right, bottom)];
            for ((x, y), expected) in places.into_iter().zip(expected) {
                assert_near(picture.get_pixel(x, y).0, expected, within, name);
            }
        });
        if checked.await.is_err() {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new());
}

#[tokio::test]
async fn what_has_no_fields_has_its_light_where_it_belongs() {
    let Some(folder) = folder() else { return };
    for (name, quarters, within) in QUARTERS {
        let picture = shown(&folder, name).await;
        let (width, height) = (picture.width() / 2, picture.height() / 2);
        let places = [(0, 0), (width, 0), (0, height), (width, height)];
        for ((left, top), expected) in places.into_iter().zip(quarters) {
            let part = image::imageops::crop_imm(&picture, left, top, width, height).to_image();
            let count = u64::from(width) * u64::from(height);
            let mean = [0, 1, 2].map(|channel: usize| {
                let sum: u64 = part.pixels().map(|pixel| u64::from(pixel.0[channel])).sum();
                u8::try_from(sum / count).unwrap()
            });
            assert_near(mean, expected, within, name);
        }
    }
}
