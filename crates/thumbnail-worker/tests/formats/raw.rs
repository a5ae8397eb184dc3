//! Cameras' raw files: DNG with the four fields on a sensor, written by `PiDNG`.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use thumbnail_worker::pipeline::{Output, PictureOptions, Pictures, Size};
use tokio_util::sync::CancellationToken;

use super::children::Watched;
use super::damage::permanent;
use super::hostile::with_tag;
use super::{assert_near, assert_upright, maker, options, preview, sample, seen, try_render};

#[tokio::test]
async fn developed_in_its_colours_and_turned_upright() {
    assert_upright(&preview("turned-1.dng").await, (64, 48), 24, "turned-1.dng");
    assert_upright(&preview("turned-6.dng").await, (48, 64), 24, "turned-6.dng");
}

#[tokio::test]
async fn developed_at_half_the_size_where_that_is_enough() {
    for (name, size) in [("turned-1.dng", (21, 16)), ("turned-6.dng", (16, 21))] {
        let small = |side| Output {
            size: Some(side),
            ..options().preview
        };
        let options = PictureOptions {
            preview: small(16),
            thumbnail: small(8),
            ..options()
        };
        let made = maker()
            .make(sample(name), name, options, &CancellationToken::new())
            .await
            .unwrap();
        assert_upright(&seen(&made.preview.bytes).into_rgb8(), size, 24, name);
        assert_eq!(
            made.original.width.max(made.original.height),
            64,
            "the sensor's size is told, not its half"
        );
    }
}

/// What the camera shows of it, told apart by its colour.
const SHOWN: [u8; 3] = [128, 128, 90];

fn with_embedded(name: &str, width: u32, height: u32) -> Vec<u8> {
    let mut bytes = sample(name);
    let picture = RgbImage::from_pixel(width, height, Rgb(SHOWN));
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .encode_image(&picture)
        .unwrap();
    bytes
}

async fn made(bytes: Vec<u8>, name: &str, embedded: Option<u32>) -> Pictures {
    let options = PictureOptions { embedded, ..options() };
    maker()
        .make(bytes, name, options, &CancellationToken::new())
        .await
        .unwrap()
}

#[tokio::test]
async fn the_picture_of_the_camera_where_it_is_wanted_and_large_enough() {
    let bytes = with_embedded("turned-6.dng", 40, 30);
    let taken = made(bytes.clone(), "a.dng", Some(30)).await;
    let sensor = Size { width: 64, height: 48 };
    assert_eq!(
        (taken.stored, taken.orientation.exif()),
        (Some(sensor), 6),
        "what is told is the sensor's"
    );
    let taken = taken.preview;
    assert_eq!(
        (taken.width, taken.height),
        (30, 40),
        "turned like the file that it is in"
    );
    assert_near(seen(&taken.bytes).into_rgb8().get_pixel(9, 9).0, SHOWN, 4, "embedded");
    for embedded in [None, Some(31)] {
        let developed = made(bytes.clone(), "a.dng", embedded).await.preview;
        assert_upright(&seen(&developed.bytes).into_rgb8(), (48, 64), 24, "developed");
    }
}

#[tokio::test]
async fn the_picture_of_a_camera_that_is_not_known() {
    // A TIFF in everything but its tags, and something that begins like nothing.
    for head in [
        b"II*\0\x08\0\0\0\0\0\0\0\0\0\0\0".as_slice(),
        b"\x01\x02\x03\xFF camera",
    ] {
        let jpeg = with_embedded("turned-1.dng", 40, 30).split_off(sample("turned-1.dng").len());
        let bytes = [head, &jpeg].concat();
        let taken = made(bytes, "a.nef", None).await;
        assert_eq!(taken.stored, None, "nobody knows how large its sensor is");
        let taken = taken.preview;
        assert_eq!((taken.width, taken.height), (40, 30));
        assert_near(seen(&taken.bytes).into_rgb8().get_pixel(9, 9).0, SHOWN, 4, "embedded");
    }
}

/// A kind of picture that rawler has not learned yet: it panics.
fn unknown_kind(file: Vec<u8>) -> Vec<u8> {
    with_tag(file, 262, 5)
}

#[tokio::test]
async fn a_library_that_gives_up_costs_this_file_and_no_other() {
    let watched = Watched::new();
    let reason = permanent(
        watched.try_make(unknown_kind(sample("turned-1.dng")), "a.dng").await,
        "a.dng",
    );
    assert!(
        reason.starts_with("the RAW file is damaged: the decoder rawler gave up on it ("),
        "{reason}"
    );
    // Its process is not used again.
    assert!(watched.make("turned-1.dng").await);
    assert_eq!(watched.children().len(), 2);
}

#[tokio::test]
async fn a_library_that_gives_up_leaves_the_picture_of_the_camera() {
    let bytes = unknown_kind(with_embedded("turned-1.dng", 40, 30));
    let taken = made(bytes, "a.dng", None).await.preview;
    assert_eq!((taken.width, taken.height), (40, 30));
}

#[tokio::test]
async fn a_cut_file_is_refused() {
    let whole = sample("turned-1.dng");
    for share in [2, 20, 50, 80] {
        let cut = whole[..whole.len() * share / 100].to_vec();
        let what = format!("cut at {share} %");
        let reason = permanent(try_render(cut, "a.dng").await, &what);
        assert!(reason.contains("RAW") || reason.contains("raw"), "{what}: {reason}");
    }
}
