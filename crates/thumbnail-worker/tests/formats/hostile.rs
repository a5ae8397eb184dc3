//! Files that somebody made to do harm: each ends with a reason, and the files beside it are made.

use safelight_core::jobs::JobError;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::Format;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::damage::permanent;
use super::{config, maker, options, program, sample, try_render};

/// A small good file of every format.
fn good() -> Vec<(Format, &'static str, Vec<u8>)> {
    let made = |format| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let picture = image::RgbImage::from_pixel(16, 12, image::Rgb([9, 99, 200]));
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    };
    let kept = |format, name| (format, name, sample(name));
    vec![
        (Format::Jpeg, "a.jpg", made(image::ImageFormat::Jpeg)),
        (Format::Png, "a.png", made(image::ImageFormat::Png)),
        (Format::Webp, "a.webp", made(image::ImageFormat::WebP)),
        kept(Format::Gif, "plain.gif"),
        kept(Format::Bmp, "rgb24.bmp"),
        kept(Format::Tiff, "rgb8.tif"),
        kept(Format::Jxl, "plain.jxl"),
        kept(Format::Heic, "plain.heic"),
        kept(Format::Avif, "plain.avif"),
        kept(Format::Psd, "rgb8.psd"),
        kept(Format::Jp2, "rgb8.jp2"),
        kept(Format::Svg, "alpha.svg"),
        kept(Format::Raw, "turned-1.dng"),
    ]
}

#[test]
fn there_is_a_good_file_of_every_format() {
    assert!(good().into_iter().map(|(format, ..)| format).eq(Format::ALL));
}

#[tokio::test]
async fn a_file_longer_than_allowed_is_refused_in_every_format() {
    let maker = Maker::new(config(&[("SAFELIGHT_MAX_PICTURE_FILE", "64")]), program());
    let cancel = CancellationToken::new();
    for (_, name, bytes) in good() {
        let reason = permanent(maker.make(bytes, name, options(), &cancel).await, name);
        assert!(reason.contains("SAFELIGHT_MAX_PICTURE_FILE"), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_picture_larger_than_allowed_is_refused_in_every_format() {
    let maker = Maker::new(config(&[("SAFELIGHT_MAX_PIXELS", "50")]), program());
    let cancel = CancellationToken::new();
    for (_, name, bytes) in good() {
        let reason = permanent(maker.make(bytes, name, options(), &cancel).await, name);
        assert!(reason.contains("SAFELIGHT_MAX_PIXELS"), "{name}: {reason}");
    }
}

#[tokio::test]
async fn a_cut_file_is_refused_in_every_format() {
    let maker = maker();
    let cancel = CancellationToken::new();
    for (format, name, bytes) in good() {
        let cut = bytes[..bytes.len() / 2].to_vec();
        let reason = permanent(maker.make(cut, name, options(), &cancel).await, name);
        assert!(reason.contains(format.name()), "{name}: {reason}");
    }
}

/// `file` with `bytes` where `marker` is, and `after` bytes further.
fn patched(mut file: Vec<u8>, marker: &[u8], after: usize, bytes: &[u8]) -> Vec<u8> {
    let at = file.windows(marker.len()).position(|window| window == marker).unwrap() + after;
    file[at..at + bytes.len()].copy_from_slice(bytes);
    file
}

fn of(wanted: Format) -> Vec<u8> {
    good().into_iter().find(|(format, ..)| *format == wanted).unwrap().2
}

/// A lossless WebP of 16384 x 16384, of which nothing follows.
fn vast_webp() -> Vec<u8> {
    let mut bytes = b"RIFF\x16\0\0\0WEBPVP8L\x0A\0\0\0\x2F".to_vec();
    bytes.extend([0xFF, 0xFF, 0xFF, 0x0F, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// A square of 60000 pixels by its first bits, and nothing else.
fn vast_jxl() -> Vec<u8> {
    let head: u64 = 3 << 1 | 59_999 << 3 | 1 << 33 | 1 << 36;
    [&[0xFF, 0x0A], head.to_le_bytes().as_slice(), &[0; 64]].concat()
}

/// The value of a tag of a little-endian TIFF with 32-bit offsets.
pub(super) fn with_tag(mut file: Vec<u8>, tag: u16, value: u32) -> Vec<u8> {
    let word = |at: usize| u16::from_le_bytes([file[at], file[at + 1]]);
    let page = usize::try_from(u32::from_le_bytes(file[4..8].try_into().unwrap())).unwrap();
    let entries = usize::from(word(page));
    let entry = (0..entries)
        .map(|index| page + 2 + index * 12)
        .find(|at| word(*at) == tag)
        .unwrap();
    let value = if word(entry + 2) == 3 {
        let short = u16::try_from(value.min(0xFFFF)).unwrap();
        [&short.to_le_bytes()[..], &[0; 2]].concat()
    } else {
        value.to_le_bytes().to_vec()
    };
    file[entry + 8..entry + 12].copy_from_slice(&value);
    file
}

/// The next page is this one again.
fn with_loop(mut file: Vec<u8>) -> Vec<u8> {
    let first: [u8; 4] = file[4..8].try_into().unwrap();
    let page = usize::try_from(u32::from_le_bytes(first)).unwrap();
    let entries = usize::from(u16::from_le_bytes([file[page], file[page + 1]]));
    let next = page + 2 + entries * 12;
    file[next..next + 4].copy_from_slice(&first);
    file
}

/// Says that it is 60000 x 60000, or as much of it as the format can say.
fn vast() -> Vec<(Format, Vec<u8>)> {
    let tiff = |file| with_tag(with_tag(file, 256, 60_000), 257, 60_000);
    vec![
        (
            Format::Jpeg,
            patched(of(Format::Jpeg), &[0xFF, 0xC0], 5, &[0xFF, 0xDC, 0xFF, 0xDC]),
        ),
        (
            Format::Png,
            patched(of(Format::Png), b"IHDR", 4, &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]),
        ),
        (Format::Webp, vast_webp()),
        (Format::Gif, patched(of(Format::Gif), b"GIF8", 6, &[0xFF; 4])),
        (
            Format::Bmp,
            patched(of(Format::Bmp), b"BM", 18, &[0x60, 0xEA, 0, 0, 0x60, 0xEA, 0, 0]),
        ),
        (Format::Tiff, tiff(of(Format::Tiff))),
        (Format::Jxl, vast_jxl()),
        (
            Format::Heic,
            patched(of(Format::Heic), b"ispe", 8, &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]),
        ),
        (
            Format::Avif,
            patched(of(Format::Avif), b"ispe", 8, &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]),
        ),
        (
            Format::Psd,
            patched(of(Format::Psd), b"8BPS", 14, &[0, 0, 0x75, 0x30, 0, 0, 0x75, 0x30]),
        ),
        (
            Format::Jp2,
            patched(of(Format::Jp2), &[0xFF, 0x51], 6, &[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]),
        ),
        (
            Format::Svg,
            b"<svg xmlns='http://www.w3.org/2000/svg' width='60000' height='60000'></svg>".to_vec(),
        ),
        (Format::Raw, tiff(of(Format::Raw))),
    ]
}

const fn name(format: Format) -> &'static str {
    match format {
        Format::Raw => "a.dng",
        _ => "a",
    }
}

#[tokio::test]
async fn a_small_file_that_says_it_is_vast_costs_nothing() {
    for (format, bytes) in vast() {
        let reason = permanent(try_render(bytes, name(format)).await, format.name());
        assert!(
            reason.contains("SAFELIGHT_MAX") || reason.contains(format.name()),
            "{}: {reason}",
            format.name()
        );
    }
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_are_no_trap() {
    for (name, bytes) in [("a.tif", of(Format::Tiff)), ("a.dng", of(Format::Raw))] {
        match try_render(with_loop(bytes), name).await {
            Ok(_) | Err(JobError::Permanent(_)) => {}
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
    // The first page is where the file begins, and where it is not.
    for page in [0_u32, 4, 8, u32::MAX] {
        let bytes = [b"II*\0".as_slice(), &page.to_le_bytes(), &[0xFF; 32]].concat();
        permanent(try_render(bytes.clone(), "a.tif").await, "a.tif");
        permanent(try_render(bytes, "a.dng").await, "a.dng");
    }
}

#[tokio::test]
async fn a_profile_of_garbage_costs_its_colours_only() {
    let jpeg = of(Format::Jpeg);
    for profile in [vec![0xFF; 600], vec![0; 128], b"\xFF\xFF\xFF\xFF....".repeat(40)] {
        let length = u16::try_from(profile.len() + 16).unwrap().to_be_bytes();
        let segment = [&[0xFF, 0xE2], length.as_slice(), b"ICC_PROFILE\0\x01\x01", &profile].concat();
        let bytes = [&jpeg[..2], &segment, &jpeg[2..]].concat();
        assert!(try_render(bytes, "a.jpg").await.is_ok());
    }
    let mut tiff = sample("p3.tif");
    let at = tiff.windows(4).position(|window| window == b"acsp").unwrap();
    tiff[at - 36..at + 60].fill(0xFF);
    assert!(try_render(tiff, "a.tif").await.is_ok());
}

/// All of them at once through one maker, each beside a good file of its format.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neighbours_of_hostile_files_are_made() {
    let maker = maker();
    let mut work = JoinSet::new();
    let hostile = vast().into_iter().map(|(format, bytes)| (name(format), bytes, false));
    let cut = good()
        .into_iter()
        .map(|(_, name, bytes)| (name, bytes[..bytes.len() / 3].to_vec(), false));
    let neighbours = good().into_iter().map(|(_, name, bytes)| (name, bytes, true));
    for (name, bytes, is_good) in hostile.chain(cut).chain(neighbours) {
        let maker = maker.clone();
        work.spawn(async move {
            let made = maker.make(bytes, name, options(), &CancellationToken::new()).await;
            (name, is_good, made.map(|_| ()))
        });
    }
    while let Some(done) = work.join_next().await {
        let (name, is_good, made) = done.unwrap();
        match made {
            Ok(()) => assert!(is_good, "{name} became a picture"),
            Err(JobError::Permanent(reason)) => assert!(!is_good, "{name}: {reason}"),
            Err(other) => panic!("{name}: {other:?}"),
        }
    }
}
