//! TIFF.

use super::{assert_near, assert_transparent, assert_upright, corners, preview, render, seen};

/// The luma of the four fields.
const GREYS: [u8; 4] = [94, 124, 70, 191];

#[tokio::test]
async fn colour_of_every_kind() {
    for name in [
        "rgb8.tif",
        "rgb8-lzw-predictor.tif",
        "rgb16-deflate.tif",
        "rgb8-packbits.tif",
        "rgb8-planar.tif",
        "rgb8-strips.tif",
        "palette8.tif",
        "cmyk8.tif",
        "float.tif",
        "bigtiff.tif",
        "pages.tif",
    ] {
        assert_upright(&preview(name).await, (32, 24), 5, name);
    }
    assert_upright(&preview("rgb8-jpeg.tif").await, (64, 48), 10, "rgb8-jpeg.tif");
    assert_upright(&preview("rgb8-tiled.tif").await, (50, 40), 5, "rgb8-tiled.tif");
}

#[tokio::test]
async fn grey_of_every_depth() {
    for name in ["grey8.tif", "grey8-white-is-zero.tif", "grey16.tif", "grey32.tif"] {
        for (found, expected) in corners(&preview(name).await).into_iter().zip(GREYS) {
            assert_near(found, [expected; 3], 3, name);
        }
    }
    let fax = preview("bilevel-g4.tif").await;
    for (found, expected) in corners(&fax).into_iter().zip([0, 255, 0, 255]) {
        assert_near(found, [expected; 3], 3, "bilevel-g4.tif");
    }
}

#[tokio::test]
async fn turned_by_its_tag() {
    for orientation in 1..=8 {
        let name = format!("turned-{orientation}.tif");
        assert_upright(&preview(&name).await, (32, 24), 5, &name);
    }
}

#[tokio::test]
async fn transparency_kept_apart_or_multiplied_in() {
    assert_transparent("rgba8.tif").await;
    let grey = render("grey8-alpha.tif").await;
    assert!(grey.is_transparent);
    let half = render("rgba8-associated.tif").await;
    let [r, g, b, alpha] = seen(&half.thumbnail.bytes).into_rgba8().get_pixel(3, 3).0;
    assert!(alpha.abs_diff(128) <= 2, "{alpha}");
    assert_near([r, g, b], super::CORNERS[0], 8, "rgba8-associated.tif");
}
