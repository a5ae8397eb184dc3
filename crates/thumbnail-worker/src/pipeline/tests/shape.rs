//! Sizes, which way up, and what the files are made of.

use image::imageops::{flip_horizontal, flip_vertical, rotate90, rotate180, rotate270};

use super::super::container::{jpeg, riff};
use super::super::testing::{jpeg as encode, photo, seen, ssim, with_exif, with_segments};
use super::*;

#[test]
fn every_orientation_comes_out_upright() {
    let upright = photo(160, 96);
    let stored = [
        upright.clone(),
        flip_horizontal(&upright),
        rotate180(&upright),
        flip_vertical(&upright),
        flip_horizontal(&rotate90(&upright)),
        rotate270(&upright),
        flip_horizontal(&rotate270(&upright)),
        rotate90(&upright),
    ];
    for (orientation, stored) in (1..).zip(stored) {
        let pictures = render(&with_exif(&encode(&stored), orientation, 1), &defaults());
        let preview = seen(&pictures.preview.bytes).into_rgb8();
        assert_eq!(
            (pictures.preview.width, pictures.preview.height),
            (160, 96),
            "orientation {orientation}"
        );
        let equal = ssim(&preview, &upright);
        assert!(equal > 0.97, "orientation {orientation}: {equal}");
    }
}

/// Some writers of WebP begin EXIF as it begins in a JPEG.
#[test]
fn the_exif_of_webp_with_and_without_the_beginning_of_a_jpeg() {
    let mut options = defaults();
    options.preview.format = OutputFormat::Webp;
    let plain = render(&encode(&photo(160, 96)), &options).preview.bytes;
    let exif = testing::exif(6, 1);
    for beginning in [&b""[..], b"Exif\0\0"] {
        let exif = [beginning, &exif].concat();
        // What the file has (EXIF), and width and height less one in three bytes each.
        let head = [0x08, 0, 0, 0, 159, 0, 0, 95, 0, 0];
        let picture = riff::chunk(&plain, *b"VP8 ").unwrap();
        let turned = riff::build(&[(*b"VP8X", &head), (*b"VP8 ", picture), (*b"EXIF", &exif)]).unwrap();
        let size = render(&turned, &defaults()).original;
        assert_eq!((size.width, size.height), (96, 160), "{beginning:?}");
    }
}

#[test]
fn the_shorter_side_counts_and_nothing_grows() {
    let size = |width, height| {
        let pictures = render(&encode(&photo(width, height)), &defaults());
        let dimensions = |picture: &Picture| {
            let seen = seen(&picture.bytes);
            assert_eq!((seen.width(), seen.height()), (picture.width, picture.height));
            (picture.width, picture.height)
        };
        (dimensions(&pictures.preview), dimensions(&pictures.thumbnail))
    };
    assert_eq!(size(512, 341), ((512, 341), (375, 250)));
    assert_eq!(size(1501, 2001), ((1440, 1920), (250, 333)));
    assert_eq!(size(40, 30), ((40, 30), (40, 30)));
    assert_eq!(size(1, 1), ((1, 1), (1, 1)));
    assert_eq!(size(1000, 2), ((1000, 2), (1000, 2)));
}

#[test]
fn a_side_too_long_for_the_format_is_shrunk_to_it() {
    let strip = photo(17_000, 8);
    let pictures = render(&encode(&strip), &defaults());
    assert_eq!((pictures.preview.width, pictures.preview.height), (17_000, 8));
    assert_eq!((pictures.thumbnail.width, pictures.thumbnail.height), (16_383, 8));
}

#[test]
fn jpeg_is_as_recorded() {
    let pictures = render(&with_exif(&encode(&photo(300, 200)), 1, 1), &defaults());
    let bytes = &pictures.preview.bytes;
    let markers: Vec<u8> = jpeg::segments(bytes).map(|segment| segment.marker).collect();
    assert_eq!(
        markers.first(),
        Some(&jpeg::APP2),
        "the profile comes first, without a JFIF header"
    );
    assert!(
        !markers.contains(&jpeg::APP0) && !markers.contains(&jpeg::APP1),
        "no EXIF comes through"
    );
    assert!(markers.contains(&0xC0), "baseline");
    assert_eq!(sampling(bytes), [0x11, 0x11, 0x11], "4:4:4");
    let tables = jpeg::segments(bytes)
        .find(|segment| segment.marker == 0xDB)
        .unwrap()
        .data;
    assert_eq!(
        tables[1..9],
        [6, 4, 5, 6, 5, 4, 6, 6],
        "the tables of quality 80, in zigzag order"
    );
    assert!(!pictures.preview.is_progressive);
}

fn sampling(bytes: &[u8]) -> Vec<u8> {
    let frame = jpeg::segments(bytes)
        .find(|segment| matches!(segment.marker, 0xC0 | 0xC2))
        .unwrap();
    frame.data[6..].chunks(3).map(|component| component[1]).collect()
}

#[test]
fn quality_and_passes_are_those_asked_for() {
    let mut options = defaults();
    options.preview.quality = 79;
    options.preview.progressive = true;
    options.thumbnail.progressive = true;
    let pictures = render(&encode(&photo(300, 200)), &options);
    assert_eq!(sampling(&pictures.preview.bytes), [0x22, 0x11, 0x11], "4:2:0 below 80");
    assert!(jpeg::segments(&pictures.preview.bytes).any(|segment| segment.marker == 0xC2));
    assert!(pictures.preview.is_progressive);
    assert!(!pictures.thumbnail.is_progressive, "WebP has no passes");
}

#[test]
fn webp_is_as_recorded() {
    let pictures = render(&with_exif(&encode(&photo(300, 200)), 1, 1), &defaults());
    let names: Vec<[u8; 4]> = riff::chunks(&pictures.thumbnail.bytes).map(|(name, _)| name).collect();
    assert_eq!(names, [*b"VP8X", *b"ICCP", *b"VP8 "]);
    assert!((5..=25).contains(&pictures.thumbhash.len()));
}

#[test]
fn formats_sizes_and_order_are_free() {
    let mut options = defaults();
    options.preview.format = OutputFormat::Webp;
    options.preview.size = Some(100);
    options.thumbnail = Output {
        format: OutputFormat::Jpeg,
        size: Some(120),
        quality: 60,
        progressive: false,
    };
    options.fullsize = Some(Output {
        format: OutputFormat::Webp,
        size: None,
        quality: 90,
        progressive: false,
    });
    let pictures = render(&encode(&photo(300, 200)), &options);
    assert_eq!((pictures.preview.width, pictures.preview.height), (150, 100));
    assert_eq!((pictures.thumbnail.width, pictures.thumbnail.height), (180, 120));
    assert!(riff::is_webp(&pictures.preview.bytes) && pictures.thumbnail.bytes.starts_with(&jpeg::SOI));
    let fullsize = pictures.fullsize.unwrap();
    assert_eq!((fullsize.width, fullsize.height), (300, 200));
}

#[test]
fn a_panorama_keeps_how_to_unroll_it_and_no_more() {
    let xmp = br#"http://ns.adobe.com/xap/1.0/ <x:xmpmeta><rdf:Description GPano:ProjectionType="equirectangular"
        GPano:FullPanoWidthPixels="300" exif:GPSLatitude="52,30N"/></x:xmpmeta>"#;
    let xmp: Vec<u8> = xmp
        .iter()
        .enumerate()
        .map(|(at, &byte)| if at == 28 { 0 } else { byte })
        .collect();
    let source = with_segments(&encode(&photo(300, 150)), &[(jpeg::APP1, &xmp)]);
    let mut options = defaults();
    assert!(jpeg::xmp(&render(&source, &options).preview.bytes).is_none());
    options.panorama = true;
    options.thumbnail.format = OutputFormat::Jpeg;
    let pictures = render(&source, &options);
    let packet = String::from_utf8(jpeg::xmp(&pictures.preview.bytes).unwrap().to_vec()).unwrap();
    assert!(packet.contains("equirectangular") && packet.contains("FullPanoWidthPixels") && !packet.contains("GPS"));
    assert!(jpeg::xmp(&pictures.thumbnail.bytes).is_none());
    options.preview.format = OutputFormat::Webp;
    let webp = render(&source, &options).preview.bytes;
    assert!(riff::chunk(&webp, *b"XMP ").is_some());
    assert_eq!(seen(&webp).width(), 300);
}
