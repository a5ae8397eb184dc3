//! JPEG XL.

use super::damage::permanent;
use super::{assert_near, assert_transparent, assert_upright, corners, preview, sample, try_render};

#[tokio::test]
async fn lossless_lossy_and_deep() {
    for name in ["plain.jxl", "lossy.jxl", "deep.jxl"] {
        assert_upright(&preview(name).await, (64, 48), 8, name);
    }
}

#[tokio::test]
async fn turned_by_its_own_header() {
    for orientation in 1..=8 {
        let name = format!("turned-{orientation}.jxl");
        assert_upright(&preview(&name).await, (64, 48), 8, &name);
    }
}

#[tokio::test]
async fn transparency() {
    assert_transparent("alpha.jxl").await;
}

#[tokio::test]
async fn grey() {
    // The luma of the four fields.
    let picture = preview("grey.jxl").await;
    for (found, expected) in corners(&picture).into_iter().zip([94, 124, 70, 191]) {
        assert_near(found, [expected; 3], 3, "grey.jxl");
    }
}

#[tokio::test]
async fn a_file_at_which_the_library_gives_up_is_refused_for_good() {
    let name = "gives-up.jxl";
    let reason = permanent(try_render(sample(name), name).await, name);
    assert!(reason.contains("JXL"), "{reason}");
}
