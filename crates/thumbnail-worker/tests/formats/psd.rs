//! PSD and PSB, written by `ImageMagick` and psd-tools; Lab by Little CMS, and the bitmap by hand.

use safelight_core::jobs::JobError;

use super::{CORNERS, assert_near, assert_transparent, assert_upright, corners, preview, render, sample, try_render};

#[tokio::test]
async fn colour_of_every_kind() {
    for name in [
        "rgb8.psd",
        "rgb8-stored.psd",
        "rgb16.psd",
        "rgb8.psb",
        "tools-rgb8.psd",
        "indexed.psd",
    ] {
        assert_upright(&preview(name).await, (32, 24), 5, name);
        assert!(!render(name).await.is_transparent, "{name}");
    }
    // Eight bits of Lab are coarse.
    assert_upright(&preview("lab8.psd").await, (32, 24), 8, "lab8.psd");
}

/// There is no profile for the ink in it: it means the plain complement.
#[tokio::test]
async fn ink() {
    assert_upright(&preview("cmyk8.psd").await, (32, 24), 8, "cmyk8.psd");
}

#[tokio::test]
async fn grey_and_black() {
    // The first takes the luma of BT.709, the second that of BT.601.
    for (name, greys) in [
        ("grey8.psd", [78, 142, 66, 195]),
        ("tools-grey8.psd", [94, 124, 70, 191]),
    ] {
        for (found, expected) in corners(&preview(name).await).into_iter().zip(greys) {
            assert_near(found, [expected; 3], 3, name);
        }
    }
    for (found, expected) in corners(&preview("bilevel.psd").await).into_iter().zip([0, 255, 0, 255]) {
        assert_near(found, [expected; 3], 3, "bilevel.psd");
    }
}

#[tokio::test]
async fn transparency() {
    assert_transparent("alpha.psd").await;
}

/// A picture of `planes` of one byte for each pixel, 2 x 2 pixels of colour, without any resource.
fn made(version: u16, compression: u16, rest: &[u8]) -> Vec<u8> {
    sized(version, (2, 2), compression, rest)
}

fn sized(version: u16, (width, height): (u32, u32), compression: u16, rest: &[u8]) -> Vec<u8> {
    let mut bytes = b"8BPS".to_vec();
    bytes.extend(version.to_be_bytes());
    bytes.extend([0; 6]);
    bytes.extend(3_u16.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([0, 8, 0, 3]);
    // No palette, no resources, no layers; the length of the layers is longer in a PSB.
    bytes.resize(bytes.len() + if version == 2 { 16 } else { 12 }, 0);
    bytes.extend(compression.to_be_bytes());
    bytes.extend(rest);
    bytes
}

async fn refused(bytes: Vec<u8>, name: &str) -> String {
    match try_render(bytes, name).await {
        Err(JobError::Permanent(reason)) => reason,
        other => panic!("{name}: {:?}", other.map(|_| "a picture")),
    }
}

#[tokio::test]
async fn rows_of_absurd_length_end_where_the_file_does() {
    for (version, lengths) in [(1, vec![0xFF; 12]), (2, vec![0xFF; 24])] {
        let reason = refused(made(version, 1, &lengths), "rows.psd").await;
        assert!(reason.contains("PSD") && reason.contains("truncated"), "{reason}");
    }
    // Lengths for fewer rows than there are.
    assert!(refused(made(1, 1, &[0, 1]), "table.psd").await.contains("truncated"));
}

#[tokio::test]
async fn a_small_file_that_says_it_is_large_is_refused_before_any_room_is_made() {
    for side in [60_000, 300_000] {
        let reason = refused(sized(2, (side, side), 1, &[]), "large.psb").await;
        assert!(reason.contains("SAFELIGHT_MAX_PIXELS"), "{reason}");
    }
    let reason = refused(sized(1, (u32::MAX, 1), 0, &[]), "endless.psd").await;
    assert!(reason.contains("larger than any PSD"), "{reason}");
    // Within all limits, and yet nothing is there.
    assert!(
        refused(sized(1, (8_000, 8_000), 0, &[1, 2, 3]), "hollow.psd")
            .await
            .contains("truncated")
    );
}

#[tokio::test]
async fn what_is_not_read_is_told() {
    let reason = refused(made(1, 2, &[0; 12]), "zip.psd").await;
    assert!(reason.contains("packed by method 2"), "{reason}");
    let mut deep = sample("rgb8.psd");
    deep[23] = 7;
    assert!(refused(deep, "deep.psd").await.contains("7 bits"));
    let mut many = sample("rgb8.psd");
    many[25] = 7;
    assert!(refused(many, "channels.psd").await.contains("multichannel"));
}

#[tokio::test]
async fn runs_are_unpacked() {
    let [red, green, blue] = CORNERS[0];
    let mut rest = [0, 2].repeat(6);
    for sample in [red, red, green, green, blue, blue] {
        // 257 - 255 = two times this byte.
        rest.extend([255, sample]);
    }
    let pictures = try_render(made(1, 1, &rest), "runs.psd").await.unwrap();
    let seen = super::seen(&pictures.preview.bytes).into_rgb8();
    assert_near(seen.get_pixel(1, 1).0, CORNERS[0], 4, "runs.psd");
}
