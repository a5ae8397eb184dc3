//! JPEG 2000, written by `OpenJPEG`.

use super::damage::permanent;
use super::{
    assert_near, assert_transparent, assert_upright, corners, preview, render, render_p3, sample, seen, try_render,
};

#[tokio::test]
async fn colour_in_boxes_and_bare() {
    for name in ["rgb8.jp2", "lossy.jp2", "bare.j2k", "tiles.jp2", "rgb16.jp2"] {
        assert_upright(&preview(name).await, (64, 48), 10, name);
        assert!(!render(name).await.is_transparent, "{name}");
    }
}

#[tokio::test]
async fn grey() {
    for (found, expected) in corners(&preview("grey8.jp2").await).into_iter().zip([94, 124, 70, 191]) {
        assert_near(found, [expected; 3], 3, "grey8.jp2");
    }
}

#[tokio::test]
async fn transparency() {
    assert_transparent("alpha.jp2").await;
}

/// The same colour and numbers as the other files of this name; see `colours`.
#[tokio::test]
async fn a_profile_in_its_box() {
    let middle = |bytes: &[u8]| seen(bytes).into_rgb8().get_pixel(4, 4).0;
    let narrow = render("p3.jp2").await.preview;
    assert_near(middle(&narrow.bytes), [213, 115, 42], 4, "p3.jp2 as sRGB");
    let wide = render_p3("p3.jp2").await.preview;
    assert_near(middle(&wide.bytes), [200, 120, 60], 4, "p3.jp2 as P3");
}

/// The size marker: what follows `FF 51`, its length and its capabilities.
fn with_sizes(numbers: &[(usize, u32)]) -> Vec<u8> {
    let mut bytes = sample("bare.j2k");
    let start = bytes.windows(2).position(|pair| pair == [0xFF, 0x51]).unwrap() + 6;
    for (index, number) in numbers {
        bytes[start + index * 4..start + index * 4 + 4].copy_from_slice(&number.to_be_bytes());
    }
    bytes
}

#[tokio::test]
async fn absurd_sizes_and_tiles_are_refused() {
    let large = with_sizes(&[(0, 60_000), (1, 60_000), (4, 60_000), (5, 60_000)]);
    let reason = permanent(try_render(large, "large.j2k").await, "large.j2k");
    assert!(reason.contains("SAFELIGHT_MAX") || reason.contains("JP2"), "{reason}");
    // A tile for every pixel of a large picture, tiles of no size, and an image that begins after its end.
    let tiles = [
        vec![(0, 20_000), (1, 20_000), (4, 1), (5, 1)],
        vec![(4, 0), (5, 0)],
        vec![(0, u32::MAX), (1, u32::MAX), (2, u32::MAX), (3, u32::MAX)],
        vec![(2, 100), (3, 100)],
    ];
    for numbers in tiles {
        let what = format!("{numbers:?}");
        permanent(try_render(with_sizes(&numbers), "tiles.j2k").await, &what);
    }
}
