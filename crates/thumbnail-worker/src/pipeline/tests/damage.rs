//! Files that are no pictures, no more, or far too large: refused with a reason, never a crash.

use super::super::testing::{jpeg as encode, jpeg_of, photo, png, png_of_chunks, seen};
use super::*;

fn reason(bytes: &[u8], name: &str) -> String {
    let error = try_render(bytes, name, &defaults()).unwrap_err();
    assert!(error.is_permanent(), "{error}");
    error.to_string()
}

#[test]
fn reasons_name_the_cause() {
    assert_eq!(reason(b"", "empty.jpg"), "the file is empty (0 bytes)");
    assert_eq!(
        reason(b"Dear diary,\ntoday I went", "diary.jpg"),
        "the file is not a picture: it is named \"diary.jpg\" but contains text"
    );
    assert_eq!(
        reason(b"FUJIFILMCCD-RAW 0201", "DSCF0001.RAF"),
        "the RAW file is truncated: it ends before the picture does"
    );
}

#[test]
fn a_bomb_is_refused_by_its_header() {
    let header = [0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 6, 0, 0, 0];
    let bomb = png_of_chunks(&[(b"IHDR", &header), (b"IDAT", &[0x78, 0x01]), (b"IEND", &[])]);
    assert_eq!(
        reason(&bomb, "bomb.png"),
        "the picture is 60000 x 60000 pixels, more than SAFELIGHT_MAX_PIXELS allows (500000000)"
    );
}

#[test]
fn every_limit_has_its_name() {
    let photo = encode(&photo(320, 200));
    let refused = |limits: Limits| prepare(&photo, "a.jpg", &defaults(), &limits).unwrap_err().to_string();
    assert!(
        refused(Limits {
            file: 100,
            ..Limits::default()
        })
        .contains("SAFELIGHT_MAX_PICTURE_FILE")
    );
    assert!(
        refused(Limits {
            side: 319,
            ..Limits::default()
        })
        .contains("SAFELIGHT_MAX_SIDE")
    );
    assert!(
        refused(Limits {
            pixels: 63_999,
            ..Limits::default()
        })
        .contains("SAFELIGHT_MAX_PIXELS")
    );
    assert!(
        refused(Limits {
            memory: 10_000,
            ..Limits::default()
        })
        .contains("SAFELIGHT_MAX_PICTURE_MEMORY")
    );
    assert!(
        refused(Limits {
            work: std::time::Duration::from_nanos(1),
            ..Limits::default()
        })
        .contains("SAFELIGHT_MAX_PICTURE_WORK")
    );
}

/// A few bytes each, and a pass over all pixels: nothing else would end this.
#[test]
fn a_jpeg_of_endless_passes_is_refused_before_it_is_decoded() {
    let mut bytes = jpeg_of(
        &vec![7; 2000 * 1000 * 3],
        2000,
        turbojpeg::PixelFormat::RGB,
        |compressor| {
            compressor.set_progressive(true).unwrap();
        },
    );
    assert!(try_render(&bytes, "a.jpg", &defaults()).is_ok());
    let end = bytes.split_off(bytes.len() - 2);
    for _ in 0..8_000 {
        // The last bit of the first component once more, of no block.
        bytes.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0x10, 0]);
    }
    bytes.extend(end);
    let refused = try_render(&bytes, "a.jpg", &defaults()).unwrap_err().to_string();
    assert!(refused.contains("SAFELIGHT_MAX_PICTURE_WORK"), "{refused}");
}

#[test]
fn a_cut_picture_is_truncated_wherever_it_is_cut() {
    let photo = photo(320, 200);
    let jpeg = encode(&photo);
    let png = png(320, 200, png::ColorType::Rgb, png::BitDepth::Eight, photo.as_raw());
    let mut options = defaults();
    options.preview.format = OutputFormat::Webp;
    let webp = render(&jpeg, &options).preview.bytes;
    for (name, whole) in [("JPEG", &jpeg), ("PNG", &png), ("WebP", &webp)] {
        for share in [15, 30, 60, 98] {
            let cut = &whole[..whole.len() * share / 100];
            let expected = format!("the {name} file is truncated: it ends before the picture does");
            assert_eq!(reason(cut, "cut"), expected, "{name} cut at {share} %");
        }
        for end in 1..400 {
            assert!(try_render(&whole[..end], "cut", &options).is_err());
        }
    }
}

#[test]
fn what_is_left_is_taken_when_invalid_images_are_wanted() {
    let photo = photo(320, 200);
    let jpeg = encode(&photo);
    let options = PictureOptions {
        process_invalid: true,
        ..defaults()
    };
    let pictures = try_render(&jpeg[..jpeg.len() * 7 / 10], "cut.jpg", &options).unwrap();
    let preview = seen(&pictures.preview.bytes).into_rgb8();
    assert_eq!(preview.dimensions(), (320, 200));
    let at = |x, y| preview.get_pixel(x, y).0[0].abs_diff(photo.get_pixel(x, y).0[0]);
    assert!(at(40, 40) < 12, "the upper part is there");
    assert!(
        try_render(b"text", "a.jpg", &options).is_err(),
        "no picture is still no picture"
    );
}

#[test]
fn flipped_bits_end_in_a_picture_or_a_reason() {
    let photo = photo(160, 120);
    let jpeg = encode(&photo);
    let png = png(160, 120, png::ColorType::Rgb, png::BitDepth::Eight, photo.as_raw());
    let mut options = defaults();
    options.preview.format = OutputFormat::Webp;
    let webp = render(&jpeg, &options).preview.bytes;
    for whole in [jpeg, png, webp] {
        for step in 0..120 {
            let mut bytes = whole.clone();
            let at = whole.len() * step / 120;
            bytes[at] ^= 0x55;
            if let Err(error) = try_render(&bytes, "flipped", &options) {
                assert!(error.is_permanent(), "{error}");
            }
        }
    }
}

#[test]
fn stops_between_steps_when_told() {
    let source = encode(&photo(64, 64));
    let prepared = prepare(&source, "a.jpg", &defaults(), &Limits::default()).unwrap();
    let error = prepared.render(&defaults(), &|| true).unwrap_err();
    assert_eq!(error, PictureError::Cancelled);
    assert!(!error.is_permanent());
}
