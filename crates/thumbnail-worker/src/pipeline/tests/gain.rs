//! Gain maps in JPEG: files made here as cameras and editors write them.

use image::{Rgb, RgbImage};
use turbojpeg::{PixelFormat, Subsamp};

use super::super::container::jpeg::{APP1, APP2, ICC, SOI, XMP};
use super::super::gain::{Channel, Metadata, metadata_bytes};
use super::super::testing::{jpeg_of, photo, seen, with_segments};
use super::super::{cicp::Cicp, num, profile, tone};
use super::*;

const SIZE: (u32, u32) = (320, 200);

const ISO: &[u8] = b"urn:iso:std:iso:ts:21496:-1\0";

/// A picture for ordinary screens, and what makes one for bright screens of it.
struct Made {
    sdr: RgbImage,
    metadata: Metadata,
    /// The primaries of the picture for bright screens (H.273).
    primaries: u8,
    /// The map has one sample for so many pixels, in each direction.
    coarse: u32,
    /// The map is grey, with the same gain for all colours.
    grey: bool,
}

fn channel(max: f32) -> Channel {
    Channel {
        min: -0.25,
        max,
        gamma: 1.4,
        base_offset: 0.015_625,
        alternate_offset: 0.015_625,
    }
}

fn made(maxima: [f32; 3]) -> Made {
    Made {
        sdr: photo(SIZE.0, SIZE.1),
        metadata: Metadata {
            base_headroom: 2.3,
            alternate_headroom: 0.0,
            uses_base_colours: true,
            channels: maxima.map(channel),
        },
        primaries: 1,
        coarse: 1,
        grey: maxima.iter().all(|max| (max - maxima[0]).abs() < 1e-6),
    }
}

fn light(sample: u8) -> f32 {
    let share = f32::from(sample) / 255.0;
    if share <= 0.040_45 {
        share / 12.92
    } else {
        ((share + 0.055) / 1.055).powf(2.4)
    }
}

/// The inverse of `tone::pq_share`, of light of which 1 is white paper.
fn pq(light: f32) -> f32 {
    let root = (light.max(0.0) * 203.0 / 10_000.0).powf(0.159_301_76);
    ((0.835_937_5 + 18.851_563 * root) / (1.0 + 18.687_5 * root)).powf(78.843_75)
}

/// From light of sRGB to that of Display P3.
const TO_P3: [[f32; 3]; 3] = [
    [0.822_462, 0.177_538, 0.0],
    [0.033_194, 0.966_806, 0.0],
    [0.017_083, 0.072_397, 0.910_52],
];

impl Made {
    /// How far up from the least to the most the gain is: smooth, as maps are.
    fn share(x: f32, y: f32) -> f32 {
        let (u, v) = (x / 320.0, y / 200.0);
        (0.5 + 0.3 * (u * 5.0).sin() + 0.2 * (v * 4.0).cos()).clamp(0.0, 1.0)
    }

    fn bright(&self) -> RgbImage {
        RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let share = Self::share(float(x), float(y));
            let sdr = self.sdr.get_pixel(x, y).0.map(light);
            let mut bright = [0.0; 3];
            for ((bright, sdr), channel) in bright.iter_mut().zip(sdr).zip(&self.metadata.channels) {
                let gain = channel.min + (channel.max - channel.min) * share;
                *bright = (sdr + channel.alternate_offset) * gain.exp2() - channel.base_offset;
            }
            if self.primaries == 12 {
                bright = tone::multiply(&TO_P3, bright);
            }
            Rgb(bright.map(|light| num::byte(pq(light) * 255.0)))
        })
    }

    fn map(&self) -> Vec<u8> {
        let (width, height) = (SIZE.0 / self.coarse, SIZE.1 / self.coarse);
        let at = |index: u32| (float(index) + 0.5) * float(self.coarse) - 0.5;
        let picture = RgbImage::from_fn(width, height, |x, y| {
            let share = Self::share(at(x), at(y));
            Rgb(self
                .metadata
                .channels
                .map(|channel| num::byte(share.powf(channel.gamma) * 255.0)))
        });
        if self.grey {
            let grey: Vec<u8> = picture.pixels().map(|pixel| pixel.0[0]).collect();
            jpeg_of(&grey, width, PixelFormat::GRAY, |_| ())
        } else {
            // In 4:2:0, as photos are.
            jpeg_of(picture.as_raw(), width, PixelFormat::RGB, |_| ())
        }
    }

    /// The picture for bright screens, without the map.
    fn base(&self) -> Vec<u8> {
        let bright = self.bright();
        jpeg_of(bright.as_raw(), SIZE.0, PixelFormat::RGB, |compressor| {
            compressor.set_quality(100).unwrap();
            compressor.set_subsamp(Subsamp::None).unwrap();
        })
    }

    fn xmp(&self) -> Vec<u8> {
        let list = |name: &str, value: fn(&Channel) -> f32| {
            let items = self
                .metadata
                .channels
                .iter()
                .map(|channel| format!("<rdf:li>{}</rdf:li>", value(channel)));
            format!(
                "<hdrgm:{name}><rdf:Seq>{}</rdf:Seq></hdrgm:{name}>",
                items.collect::<String>()
            )
        };
        let Metadata {
            base_headroom,
            alternate_headroom,
            ..
        } = self.metadata;
        let is_hdr = base_headroom > alternate_headroom;
        let lists = [
            list("GainMapMin", |channel| channel.min),
            list("GainMapMax", |channel| channel.max),
            list("Gamma", |channel| channel.gamma),
        ];
        let packet = format!(
            r#"<rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"
            hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="{}" hdrgm:HDRCapacityMax="{}"
            hdrgm:BaseRenditionIsHDR="{}">{}</rdf:Description>"#,
            base_headroom.min(alternate_headroom),
            base_headroom.max(alternate_headroom),
            if is_hdr { "True" } else { "False" },
            lists.concat()
        );
        [XMP, packet.as_bytes()].concat()
    }

    fn with_iso(&self) -> Vec<u8> {
        let parameters = [ISO, &metadata_bytes(&self.metadata)].concat();
        let icc = profile::of(Colourspace::Srgb).icc.as_slice();
        let icc = [ICC, &[1, 1], icc].concat();
        with_segments(&self.map(), &[(APP2, &parameters), (APP2, &icc)])
    }

    fn with_xmp(&self) -> Vec<u8> {
        with_segments(&self.map(), &[(APP1, &self.xmp())])
    }

    fn pq_profile(&self) -> Vec<u8> {
        let code_points = Cicp {
            primaries: self.primaries,
            transfer: 13,
        };
        let mut profile = code_points.profile().unwrap();
        profile.cicp = None;
        let table: Vec<u16> = (0..4096_u16)
            .map(|code| num::word(tone::pq_share(f32::from(code) / 4095.0)))
            .collect();
        for curve in [&mut profile.red_trc, &mut profile.green_trc, &mut profile.blue_trc] {
            *curve = Some(moxcms::ToneReprCurve::Lut(table.clone()));
        }
        [ICC, &[1, 1], &profile.encode().unwrap()].concat()
    }

    fn file(&self, map: &[u8]) -> Vec<u8> {
        indexed(&with_segments(&self.base(), &[(APP2, &self.pq_profile())]), map)
    }

    /// How far the preview is from what the file was made of: the mean of all samples.
    #[track_caller]
    fn assert_shown(&self, file: &[u8], what: &str) {
        let error = self.error(file);
        assert!(error <= 2.0, "{what}: {error}");
    }

    fn error(&self, file: &[u8]) -> f64 {
        let preview = seen(&render(file, &exact()).preview.bytes).into_rgb8();
        mean_difference(&preview, &self.sdr)
    }
}

fn float(value: u32) -> f32 {
    f32::from(u16::try_from(value).unwrap())
}

fn mean_difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let pairs = one.as_raw().iter().zip(other.as_raw());
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    f64::from(sum) / f64::from(u32::try_from(one.as_raw().len()).unwrap())
}

/// Previews that show what the decoder gave.
fn exact() -> PictureOptions {
    let mut options = defaults();
    options.preview.quality = 98;
    options.colourspace = Colourspace::Srgb;
    options
}

/// A file with a second one behind it, and an index that says so.
fn indexed(first: &[u8], second: &[u8]) -> Vec<u8> {
    let index = |offset: usize| {
        let word = |value: usize| u32::try_from(value).unwrap().to_be_bytes();
        let entry = |length: usize, offset: usize| [&[0; 4][..], &word(length), &word(offset), &[0; 4]].concat();
        let fields = [&[0xB0, 2, 0, 7][..], &word(32), &word(26)].concat();
        let entries = [entry(first.len(), 0), entry(second.len(), offset)].concat();
        [b"MPF\0MM\0*", &word(8)[..], &[0, 1], &fields, &[0; 4], &entries].concat()
    };
    let with = |offset: usize| with_segments(first, &[(APP2, &index(offset))]);
    // The index comes first, and places are told from behind its four letters on.
    let offset = with(0).len() - (SOI.len() + 4 + 4);
    [&with(offset)[..], second].concat()
}

#[test]
fn a_picture_for_bright_screens_becomes_what_its_author_wants_on_others() {
    let (one, three) = ([2.3; 3], [1.6, 2.3, 2.0]);
    for (maxima, coarse) in [(one, 1), (one, 4), (three, 1), (three, 2), (three, 8)] {
        let made = Made { coarse, ..made(maxima) };
        let what = format!("{maxima:?} by {coarse}");
        made.assert_shown(&made.file(&made.with_iso()), &what);
        made.assert_shown(&made.file(&made.with_xmp()), &what);
        let without = made.error(&made.file(&[]));
        assert!(without > 8.0, "{what}: without the map it is something else: {without}");
    }
}

/// The gain is one of light in the colours of the other picture, which are those of the profile in the map.
#[test]
fn gains_in_the_colours_of_the_other_picture() {
    let mut made = Made {
        primaries: 12,
        coarse: 2,
        ..made([1.6, 2.3, 2.0])
    };
    made.metadata.uses_base_colours = false;
    made.assert_shown(&made.file(&made.with_iso()), "Display P3");
}

/// Nearly all files with a gain map: not a byte of what is made of them changes by it.
#[test]
fn a_picture_for_ordinary_screens_is_shown_as_it_is() {
    let mut made = made([2.3; 3]);
    (made.metadata.base_headroom, made.metadata.alternate_headroom) = (0.0, 2.3);
    let plain = testing::with_exif(&testing::jpeg(&made.sdr), 6, 1);
    let alone = render(&plain, &defaults());
    for map in [made.with_iso(), made.with_xmp()] {
        let file = indexed(&plain, &testing::with_exif(&map, 3, 2));
        let prepared = prepare(&file, "a.jpg", &defaults(), &Limits::default()).unwrap();
        let without = prepare(&plain, "a.jpg", &defaults(), &Limits::default()).unwrap();
        let more = num::u64_of(file.len() - plain.len());
        assert_eq!(prepared.memory(), without.memory() + more, "only the file is longer");
        let both = render(&file, &defaults());
        assert!(both.preview.bytes == alone.preview.bytes && both.thumbnail.bytes == alone.thumbnail.bytes);
    }
}

#[test]
fn a_broken_map_costs_nothing() {
    let made = made([1.6, 2.3, 2.0]);
    let alone = render(&made.file(&[]), &exact()).preview.bytes;
    let (iso, map) = (made.with_iso(), made.map());
    let start = iso.windows(2).rposition(|pair| pair == [0xFF, 0xDA]).unwrap();
    let larger = {
        let rows = vec![9; 400 * 300 * 3];
        let parameters = [ISO, &metadata_bytes(&made.metadata)].concat();
        with_segments(&jpeg_of(&rows, 400, PixelFormat::RGB, |_| ()), &[(APP2, &parameters)])
    };
    let without_frame = with_segments(&SOI, &[(APP2, &[ISO, &metadata_bytes(&made.metadata)].concat())]);
    for (what, second) in [
        ("cut off in its samples", &iso[..start + 40]),
        ("cut off in its head", &iso[..90]),
        ("says nothing", &map),
        ("larger than the picture", &larger),
        ("no picture", &without_frame),
        ("nonsense", b"\xFF\xD8\xFFnonsense"),
    ] {
        let shown = render(&made.file(second), &exact()).preview.bytes;
        assert!(shown == alone, "{what}");
    }
}

#[test]
fn the_plan_counts_both_pictures_and_does_without_the_second_where_it_must() {
    let made = made([1.6, 2.3, 2.0]);
    let memory = |file: &[u8], limits: &Limits| {
        let prepared = prepare(file, "a.jpg", &defaults(), limits).unwrap();
        (prepared.memory(), prepared.has_gain())
    };
    let (with, without) = (made.file(&made.with_iso()), made.file(&[]));
    let (both, alone) = (memory(&with, &Limits::default()), memory(&without, &Limits::default()));
    let pixels = num::u64_of(num::usize_of(SIZE.0 * SIZE.1));
    assert!(
        both.1 && !alone.1 && both.0 >= alone.0 + pixels * (3 * 3 + 12),
        "{both:?} {alone:?}"
    );
    let tight = Limits {
        memory: both.0 - 1,
        ..Limits::default()
    };
    let (bytes, has_gain) = memory(&with, &tight);
    assert!(!has_gain && bytes < both.0);
}
