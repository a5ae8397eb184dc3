//! HEIF of kinds that no sample is of, made here around the one tile of `plain.avif`: grids, cropped and turned, with a table of
//! contents that goes on to the end of the file.

use image::RgbImage;
use thumbnail_worker::pipeline::{Output, PictureOptions, Pictures};
use tokio_util::sync::CancellationToken;

use super::{CORNERS, assert_near, corners, maker, options, sample, seen};

/// Pixels of the tile.
const TILE: (u16, u16) = (64, 48);

fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], &name, &body].concat()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// A file whose primary picture has so many tiles across and down, and is as large as `size` says.
struct Made {
    tiles: (u8, u8),
    size: (u16, u16),
    /// What is done to it, in this order.
    transformations: Vec<Vec<u8>>,
    /// The table of contents says that it goes on to the end.
    to_the_end: bool,
}

impl Made {
    fn file(&self) -> Vec<u8> {
        let avif = sample("plain.avif");
        let find = |name: &[u8; 4]| avif.windows(4).position(|window| window == name).unwrap() - 4;
        let config = avif[find(b"av1C")..find(b"av1C") + 12].to_vec();
        let data = &avif[find(b"mdat") + 8..];
        let ispe = |(width, height): (u16, u16)| boxed(*b"ispe", &[&words(&[0, width.into(), height.into()])]);
        let mut properties = vec![config, ispe(TILE), ispe(self.size)];
        properties.extend(self.transformations.iter().cloned());
        let container: Vec<&[u8]> = properties.iter().map(Vec::as_slice).collect();
        let (across, down) = self.tiles;
        let number = across * down;
        // Each tile is an item of its own; all have the same data.
        let tiles = 2..2 + number;
        let of_primary: Vec<u8> = (3..=u8::try_from(properties.len()).unwrap())
            .map(|index| 0x80 | index)
            .collect();
        let count = u8::try_from(of_primary.len()).unwrap();
        let lists = boxed(
            *b"ipma",
            &[
                &words(&[0, 1 + u32::from(number)]),
                &[0, 1, count],
                &of_primary,
                &tiles.clone().flat_map(|id| [0, id, 2, 0x81, 0x82]).collect::<Vec<u8>>(),
            ],
        );
        let grid = [
            &[0, 0, down - 1, across - 1],
            &self.size.0.to_be_bytes()[..],
            &self.size.1.to_be_bytes(),
        ]
        .concat();
        let infe = |id: u8, kind: [u8; 4]| boxed(*b"infe", &[&[2, 0, 0, 0, 0, id, 0, 0], &kind, &[0]]);
        let infos = tiles.clone().flat_map(|id| infe(id, *b"av01"));
        let infos: Vec<u8> = infe(1, *b"grid").into_iter().chain(infos).collect();
        let references: Vec<u8> = tiles.clone().flat_map(|id| [0, id]).collect();
        let dimg = boxed(*b"dimg", &[&[0, 1, 0, number], &references]);
        // Both are in the table itself, one behind the other.
        let place = |id: u8, at: usize, length: usize| {
            let numbers = words(&[u32::try_from(at).unwrap(), u32::try_from(length).unwrap()]);
            [&[0, id, 0, 1, 0, 0, 0, 1][..], &numbers].concat()
        };
        let of_tiles = tiles.flat_map(|id| place(id, grid.len(), data.len()));
        let places: Vec<u8> = place(1, 0, grid.len()).into_iter().chain(of_tiles).collect();
        let mut meta = boxed(
            *b"meta",
            &[
                &[0; 4],
                &boxed(*b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
                &boxed(*b"pitm", &[&[0, 0, 0, 0, 0, 1]]),
                &boxed(*b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, 1 + number], &places]),
                &boxed(*b"iinf", &[&[0, 0, 0, 0, 0, 1 + number], &infos]),
                &boxed(*b"iprp", &[&boxed(*b"ipco", &container), &lists]),
                &boxed(*b"iref", &[&[0; 4], &dimg]),
                &boxed(*b"idat", &[&grid, data]),
            ],
        );
        if self.to_the_end {
            meta[..4].fill(0);
        }
        [boxed(*b"ftyp", &[b"avif\0\0\0\0avifmif1miaf"]), meta].concat()
    }

    /// Pictures whose largest has this shorter side.
    async fn made(&self, size: u32) -> Pictures {
        let preview = Output {
            size: Some(size),
            ..options().preview
        };
        let options = PictureOptions {
            preview,
            thumbnail: preview,
            ..options()
        };
        let (maker, cancel) = (maker(), CancellationToken::new());
        maker.make(self.file(), "a.avif", options, &cancel).await.unwrap()
    }

    async fn shown(&self, size: u32) -> RgbImage {
        seen(&self.made(size).await.preview.bytes).into_rgb8()
    }
}

/// The centre is so many halves of a pixel to the right of that of the picture, and down.
fn clap(width: u32, height: u32, right: i32, down: i32) -> Vec<u8> {
    let words = words(&[width, 1, height, 1, right.cast_unsigned(), 2, down.cast_unsigned(), 2]);
    boxed(*b"clap", &[&words])
}

fn irot(quarters: u8) -> Vec<u8> {
    boxed(*b"irot", &[&[quarters]])
}

#[track_caller]
fn assert_corners(picture: &RgbImage, expected: [usize; 4], what: &str) {
    for (found, index) in corners(picture).into_iter().zip(expected) {
        assert_near(found, CORNERS[index], 10, what);
    }
}

#[track_caller]
fn assert_same(one: &RgbImage, other: &RgbImage, within: u64, what: &str) {
    assert_eq!(one.dimensions(), other.dimensions(), "{what}");
    let sum: u64 = one
        .as_raw()
        .iter()
        .zip(other.as_raw())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    let mean = sum / u64::try_from(one.as_raw().len()).unwrap();
    assert!(mean <= within, "{what}: {mean}");
}

/// A smaller picture of the same light, by others; IEC 61966-2-1 for the curve.
fn shrunk(picture: &RgbImage, width: u32, height: u32) -> RgbImage {
    let light = |level: f32| {
        if level <= 0.040_45 {
            level / 12.92
        } else {
            ((level + 0.055) / 1.055).powf(2.4)
        }
    };
    let levels: Vec<f32> = (0..=u8::MAX).map(|level| light(f32::from(level) / 255.0)).collect();
    let samples = picture.as_raw().iter().map(|&level| levels[usize::from(level)]);
    let linear: image::ImageBuffer<image::Rgb<f32>, Vec<f32>> =
        image::ImageBuffer::from_raw(picture.width(), picture.height(), samples.collect()).unwrap();
    let small = image::imageops::resize(&linear, width, height, image::imageops::FilterType::CatmullRom);
    // The level whose light is the next one above.
    let level = |light: &f32| u8::try_from(levels.partition_point(|level| level < light).min(255)).unwrap();
    RgbImage::from_raw(width, height, small.as_raw().iter().map(level).collect()).unwrap()
}

/// Decoded as a whole, and in parts: at an eighth of the size tiles are shrunk one by one.
#[tokio::test]
async fn a_grid_in_parts_is_what_it_is_as_a_whole() {
    let grid = Made {
        tiles: (5, 4),
        size: (300, 170),
        transformations: Vec::new(),
        to_the_end: false,
    };
    let whole = grid.shown(170).await;
    assert_eq!(whole.dimensions(), (300, 170));
    // The last tiles are cut off before their lower and right fields.
    assert_corners(&whole, [0, 1, 0, 1], "whole");
    for size in [20, 40] {
        let parts = grid.shown(size).await;
        let (width, height) = parts.dimensions();
        assert_same(&parts, &shrunk(&whole, width, height), 6, &format!("{size}"));
    }
}

#[tokio::test]
async fn cropped_and_turned_in_parts_and_as_a_whole() {
    // The tile in the middle.
    let crop = || clap(64, 48, 0, 0);
    let kinds = [
        (vec![crop()], (64, 48), [0, 1, 2, 3]),
        (vec![crop(), irot(3)], (48, 64), [2, 0, 3, 1]),
        (vec![crop(), irot(2), boxed(*b"imir", &[&[1]])], (64, 48), [2, 3, 0, 1]),
    ];
    for (transformations, size, expected) in kinds {
        let what = format!("{} transformations", transformations.len());
        let made = Made {
            tiles: (3, 3),
            size: (192, 144),
            transformations,
            to_the_end: false,
        };
        let pictures = made.made(144).await;
        assert_eq!((pictures.original.width, pictures.original.height), size, "{what}");
        let whole = seen(&pictures.preview.bytes).into_rgb8();
        assert_eq!(whole.dimensions(), size, "{what}");
        assert_corners(&whole, expected, &what);
        let parts = made.shown(12).await;
        let (width, height) = parts.dimensions();
        assert_same(&parts, &shrunk(&whole, width, height), 3, &what);
    }
}

/// A phone's portrait: the turn of the shown picture counts, whatever other items have.
#[tokio::test]
async fn a_table_of_contents_to_the_end_of_the_file() {
    let made = Made {
        tiles: (1, 1),
        size: TILE,
        transformations: vec![irot(1)],
        to_the_end: true,
    };
    let picture = made.shown(48).await;
    assert_eq!(picture.dimensions(), (48, 64));
    assert_corners(&picture, [1, 3, 0, 2], "to the end");
}
