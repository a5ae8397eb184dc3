//! Files of each kind that are cut, made up or far too large: a reason that stays, and never a crash.

use safelight_core::jobs::JobError;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::Pictures;
use tokio_util::sync::CancellationToken;

use super::{maker, options, sample, try_render};

/// One good file of each new format.
const GOOD: [(&str, &str); 14] = [
    ("plain.heic", "HEIC"),
    ("plain.avif", "AVIF"),
    ("deep.jxl", "JXL"),
    ("turned-1.jxl", "JXL"),
    ("rgb8-strips.tif", "TIFF"),
    ("rgb16-deflate.tif", "TIFF"),
    ("plain.gif", "GIF"),
    ("rgb24.bmp", "BMP"),
    ("rgb8.psd", "PSD"),
    ("rgb16.psd", "PSD"),
    ("rgb8.jp2", "JP2"),
    ("tiles.jp2", "JP2"),
    ("fields.svg", "SVG"),
    ("turned-6.dng", "RAW"),
];

#[track_caller]
pub(super) fn permanent(result: Result<Pictures, JobError>, what: &str) -> String {
    match result {
        Err(JobError::Permanent(reason)) => reason,
        Err(other) => panic!("{what}: {other:?}"),
        Ok(_) => panic!("{what}: became a picture"),
    }
}

/// By the same children.
async fn again(maker: &Maker, bytes: Vec<u8>, name: &str) -> Result<Pictures, JobError> {
    maker.make(bytes, name, options(), &CancellationToken::new()).await
}

#[tokio::test]
async fn a_cut_file_ends_with_a_reason_that_names_its_format() {
    let maker = maker();
    for (name, format) in GOOD {
        let whole = sample(name);
        for share in [20, 50, 80] {
            let cut = whole[..whole.len() * share / 100].to_vec();
            let reason = permanent(again(&maker, cut, name).await, &format!("{name} cut at {share} %"));
            assert!(reason.contains(format), "{name} cut at {share} %: {reason}");
        }
    }
}

#[tokio::test]
async fn flipped_bits_end_in_a_picture_or_a_reason() {
    let maker = maker();
    for (name, _) in GOOD {
        let whole = sample(name);
        for step in 0..12 {
            let mut bytes = whole.clone();
            bytes[whole.len() * step / 12] ^= 0x55;
            match again(&maker, bytes, name).await {
                Ok(_) | Err(JobError::Permanent(_)) => {}
                Err(other) => panic!("{name}, step {step}: {other:?}"),
            }
        }
    }
}

#[tokio::test]
async fn garbage_behind_a_good_beginning() {
    for (name, format) in GOOD {
        let mut bytes = sample(name);
        let kept = if format == "HEIC" || format == "AVIF" { 28 } else { 12 };
        let mut noise = 1_u32;
        for byte in &mut bytes[kept..] {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *byte = noise.to_be_bytes()[0];
        }
        match try_render(bytes, name).await {
            // What rawler makes room for before it looks is more than it may have: the process is gone, and its name is told.
            Err(JobError::Retry(reason)) if format == "RAW" => assert!(reason.contains("rawler"), "{reason}"),
            other => drop(permanent(other, name)),
        }
    }
}

#[tokio::test]
async fn sizes_that_cannot_be() {
    let mut bytes = sample("rgb24.bmp");
    bytes[18..22].copy_from_slice(&[0; 4]);
    permanent(try_render(bytes, "rgb24.bmp").await, "rgb24.bmp");
    // 40000 x 40000 pixels by the head.
    for (name, place, value) in [
        ("rgb24.bmp", 18, [0x40, 0x9C, 0, 0, 0x40, 0x9C, 0, 0]),
        ("plain.gif", 6, [0xFF; 8]),
    ] {
        let mut bytes = sample(name);
        let length = if name == "plain.gif" { 4 } else { 8 };
        bytes[place..place + length].copy_from_slice(&value[..length]);
        let reason = permanent(try_render(bytes, name).await, name);
        assert!(reason.contains("SAFELIGHT_MAX_PIXELS"), "{name}: {reason}");
    }
    for name in ["plain.heic", "plain.avif"] {
        let mut bytes = sample(name);
        let place = bytes.windows(4).position(|window| window == b"ispe").unwrap() + 8;
        bytes[place..place + 8].copy_from_slice(&[0, 0, 0x9C, 0x40, 0, 0, 0x9C, 0x40]);
        permanent(try_render(bytes, name).await, name);
    }
}
