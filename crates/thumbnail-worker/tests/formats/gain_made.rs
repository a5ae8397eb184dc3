//! HEIC and AVIF with gain maps, made here: ffmpeg encodes the pictures, and the boxes around them are written by hand.

use std::io::Write as _;
use std::process::{Command, Stdio};

use image::{Rgb, RgbImage};

/// Pixels of the picture; the map has a quarter of them.
pub(super) const SIZE: (u32, u32) = (192, 128);

/// What is added before the gain and taken away after it.
const OFFSET: f32 = 1.0 / 64.0;

const MIN: f32 = -0.25;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    Av1,
    Hevc,
}

/// A file with a picture, a gain map and what they make.
pub(super) struct Made {
    pub(super) codec: Codec,
    /// The most gain of each colour, in powers of two; the map is grey where they are equal.
    pub(super) maxima: [f32; 3],
    /// In powers of two: of the picture, and of what the map makes.
    pub(super) headrooms: [f32; 2],
    /// The gain applies to light of the picture's primaries, BT.2020, rather than to that of sRGB.
    pub(super) in_base_colours: bool,
    /// `ipma` of both pictures has these too.
    pub(super) transformations: Vec<Vec<u8>>,
    /// Which item is the primary one: 1 is the picture, 3 what is made of it.
    pub(super) primary: u8,
    /// The map is an auxiliary picture as well, as iPhones write it.
    pub(super) is_auxiliary: bool,
    /// How much is left of the map.
    pub(super) left: f32,
}

impl Made {
    pub(super) fn new(codec: Codec, maxima: [f32; 3]) -> Self {
        Self {
            codec,
            maxima,
            headrooms: [2.3, 0.0],
            in_base_colours: false,
            transformations: Vec::new(),
            primary: 1,
            is_auxiliary: false,
            left: 1.0,
        }
    }
}

pub(super) fn boxed(name: [u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = u32::try_from(body.len() + 8).unwrap();
    [&length.to_be_bytes()[..], &name, &body].concat()
}

pub(super) fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_be_bytes()).collect()
}

fn float(value: u32) -> f32 {
    f32::from(u16::try_from(value).unwrap())
}

/// What the file is made from: what is to be seen on ordinary screens.
pub(super) fn ordinary() -> RgbImage {
    RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
        let (u, v) = (float(x) / float(SIZE.0), float(y) / float(SIZE.1));
        let wave = (u * 17.0).sin() * (v * 13.0).cos() * 0.15 + 0.2;
        let edge = if (u - 0.6).hypot(v - 0.4) < 0.2 { 0.3 } else { 0.0 };
        Rgb([
            u * 0.6 + wave,
            v * 0.5 + wave + edge,
            (1.0 - u) * 0.4 + edge + wave / 2.0,
        ]
        .map(byte))
    })
}

fn byte(share: f32) -> u8 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    let byte = (share * 255.0).round().clamp(0.0, 255.0) as u8;
    byte
}

fn deep(share: f32) -> u16 {
    #[expect(
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped"
    )]
    let word = (share * 65_535.0).round().clamp(0.0, 65_535.0) as u16;
    word
}

fn light(sample: u8) -> f32 {
    let share = f32::from(sample) / 255.0;
    if share <= 0.040_45 {
        share / 12.92
    } else {
        ((share + 0.055) / 1.055).powf(2.4)
    }
}

/// The inverse of the curve of SMPTE ST 2084, of light of which 1 is 203 cd/m².
fn pq(light: f32) -> f32 {
    let root = (light.max(0.0) * 203.0 / 10_000.0).powf(0.159_301_76);
    ((0.835_937_5 + 18.851_563 * root) / (1.0 + 18.687_5 * root)).powf(78.843_75)
}

/// From light of BT.709 to that of BT.2020 (ITU-R BT.2087).
fn to_2020(light: [f32; 3]) -> [f32; 3] {
    const ROWS: [[f32; 3]; 3] = [
        [0.627_404, 0.329_283, 0.043_313],
        [0.069_097, 0.919_54, 0.011_362],
        [0.016_391, 0.088_013, 0.895_595],
    ];
    ROWS.map(|row| row.iter().zip(light).map(|(factor, light)| factor * light).sum())
}

/// How far up from the least to the most the gain is.
fn share(x: f32, y: f32) -> f32 {
    let (u, v) = (x / float(SIZE.0), y / float(SIZE.1));
    (0.5 + 0.3 * (u * 5.0).sin() + 0.2 * (v * 4.0).cos()).clamp(0.0, 1.0)
}

impl Made {
    /// Samples of 16 bits for a bright screen: BT.2020, PQ.
    fn bright(&self) -> Vec<u8> {
        let ordinary = ordinary();
        let pixels = ordinary.enumerate_pixels().flat_map(|(x, y, pixel)| {
            let share = share(float(x), float(y));
            let light = pixel.0.map(light);
            let light = if self.in_base_colours { to_2020(light) } else { light };
            let mut bright = [0.0; 3];
            for ((bright, light), max) in bright.iter_mut().zip(light).zip(self.maxima) {
                *bright = (light + OFFSET) * (MIN + (max - MIN) * share).exp2() - OFFSET;
            }
            let bright = if self.in_base_colours { bright } else { to_2020(bright) };
            bright.map(|light| deep(pq(light)))
        });
        pixels.flat_map(u16::to_le_bytes).collect()
    }

    fn is_grey(&self) -> bool {
        self.maxima.iter().all(|max| (max - self.maxima[0]).abs() < 1e-6)
    }

    /// 8 bits, grey or of three colours with gammas of their own, in half of the width and height.
    fn map(&self) -> Vec<u8> {
        let places = (0..SIZE.1 / 2).flat_map(|y| (0..SIZE.0 / 2).map(move |x| (x, y)));
        let shares = places.map(|(x, y)| share(float(x) * 2.0 + 0.5, float(y) * 2.0 + 0.5));
        let samples = shares.map(|share| self.gammas().map(|gamma| byte(share.powf(gamma))));
        if self.is_grey() {
            samples.map(|[first, ..]| first).collect()
        } else {
            samples.flatten().collect()
        }
    }

    fn gammas(&self) -> [f32; 3] {
        if self.is_grey() { [1.3; 3] } else { [1.3, 1.0, 0.8] }
    }

    /// The parameters of ISO 21496-1, behind the version of the item.
    fn parameters(&self) -> Vec<u8> {
        let millionth = |number: f32| {
            let above = i32::try_from(rounded(f64::from(number) * 1e6)).unwrap();
            [above.to_be_bytes(), 1_000_000_u32.to_be_bytes()].concat()
        };
        let count = if self.is_grey() { 1 } else { 3 };
        let flags = if count == 3 { 0x80 } else { 0 } | if self.in_base_colours { 0x40 } else { 0 };
        let mut out = vec![0, 0, 0, 0, 0, flags];
        self.headrooms
            .iter()
            .for_each(|&headroom| out.extend(millionth(headroom)));
        for (max, gamma) in self.maxima.into_iter().zip(self.gammas()).take(count) {
            for number in [MIN, max, gamma, OFFSET, OFFSET] {
                out.extend(millionth(number));
            }
        }
        out
    }

    fn encoded(&self, samples: &[u8], pixels: &str, size: (u32, u32), stored: &str) -> Encoded {
        let filter = format!(
            "scale=out_range=full:out_color_matrix={}",
            if pixels == "rgb48le" { "bt2020" } else { "bt601" }
        );
        let codec: &[&str] = match self.codec {
            Codec::Av1 => &["libaom-av1", "-still-picture", "1", "-crf", "6", "-cpu-used", "8"],
            Codec::Hevc => &["libx265", "-preset", "fast", "-x265-params", "crf=4:log-level=none"],
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.mp4");
        let mut child = Command::new("ffmpeg")
            .args([
                "-v",
                "error",
                "-f",
                "rawvideo",
                "-pix_fmt",
                pixels,
                "-s",
                &format!("{}x{}", size.0, size.1),
            ])
            .args([
                "-i",
                "-",
                "-vf",
                &filter,
                "-pix_fmt",
                stored,
                "-color_range",
                "pc",
                "-c:v",
            ])
            .args(codec)
            .args(["-frames:v", "1", "-y"])
            .arg(&path)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(samples).unwrap();
        assert!(child.wait().unwrap().success(), "ffmpeg encodes {stored}");
        Encoded::of(&std::fs::read(path).unwrap(), self.codec)
    }

    /// The whole file; without `with_map` only the picture is in it.
    pub(super) fn file(&self, with_map: bool) -> Vec<u8> {
        let (deep, plain) = match self.codec {
            Codec::Av1 => ("yuv444p10le", "yuv420p"),
            Codec::Hevc => ("yuv420p10le", "yuv420p"),
        };
        let base = self.encoded(&self.bright(), "rgb48le", SIZE, deep);
        let half = (SIZE.0 / 2, SIZE.1 / 2);
        let map = if self.is_grey() {
            self.encoded(&self.map(), "gray", half, "gray")
        } else {
            self.encoded(&self.map(), "rgb24", half, plain)
        };
        let kind: &[u8; 4] = if self.codec == Codec::Av1 { b"av01" } else { b"hvc1" };
        let all = u32::try_from(map.data.len()).unwrap();
        let left = (0..all).take_while(|&at| float(at) < float(all) * self.left).count();
        let map_data = &map.data[..left];
        let mut items = vec![Item::new(1, kind, &base.data)];
        items[0].properties = vec![base.config, ispe(SIZE), nclx(9, 16, 9)];
        items[0].properties.extend(self.transformations.iter().cloned());
        let parameters = self.parameters();
        if with_map {
            let mut second = Item::new(2, kind, map_data);
            second.properties = vec![map.config, ispe(half), nclx(2, 2, 6)];
            if self.is_auxiliary {
                let urn = b"urn:com:apple:photo:2020:aux:hdrgainmap\0";
                second.properties.push(boxed(*b"auxC", &[&[0; 4], urn]));
            }
            second.properties.extend(self.transformations.iter().cloned());
            let mut made = Item::new(3, b"tmap", &parameters);
            made.properties = vec![ispe(SIZE), nclx(1, 13, 0)];
            items.extend([second, made]);
        }
        let mut references = if with_map {
            boxed(*b"dimg", &[&[0, 3, 0, 2, 0, 1, 0, 2]])
        } else {
            Vec::new()
        };
        if self.is_auxiliary && with_map {
            references.extend(boxed(*b"auxl", &[&[0, 2, 0, 1, 0, 1]]));
        }
        self.boxes(&items, &references)
    }

    /// A picture for ordinary screens, and a smaller copy that cannot be mistaken for it: its colours are those of a negative.
    pub(super) fn with_copy(&self, size: (u32, u32), primaries: u8) -> Vec<u8> {
        let picture = ordinary();
        let filter = image::imageops::FilterType::Triangle;
        let mut copy = image::imageops::resize(&picture, size.0, size.1, filter);
        copy.as_flat_samples_mut()
            .samples
            .iter_mut()
            .for_each(|sample| *sample = !*sample);
        let kind: &[u8; 4] = if self.codec == Codec::Av1 { b"av01" } else { b"hvc1" };
        let picture = self.encoded(picture.as_raw(), "rgb24", SIZE, "yuv420p");
        let copy = self.encoded(copy.as_raw(), "rgb24", size, "yuv420p");
        let mut items = [Item::new(1, kind, &picture.data), Item::new(2, kind, &copy.data)];
        items[0].properties = vec![picture.config, ispe(SIZE), nclx(1, 13, 6)];
        items[1].properties = vec![copy.config, ispe(size), nclx(primaries, 13, 6)];
        for item in &mut items {
            item.properties.extend(self.transformations.iter().cloned());
        }
        self.boxes(&items, &boxed(*b"thmb", &[&[0, 2, 0, 1, 0, 1]]))
    }

    fn boxes(&self, items: &[Item<'_>], references: &[u8]) -> Vec<u8> {
        let count = u8::try_from(items.len()).unwrap();
        let infos: Vec<u8> = items.iter().flat_map(Item::info).collect();
        let properties: Vec<&[u8]> = items
            .iter()
            .flat_map(|item| item.properties.iter().map(Vec::as_slice))
            .collect();
        let (mut lists, mut number) = (words(&[0, count.into()]), 0);
        let (mut places, mut at) = (Vec::new(), 0_usize);
        for item in items {
            let own = u8::try_from(item.properties.len()).unwrap();
            lists.extend([0, item.id, own]);
            lists.extend((number + 1..=number + own).map(|index| 0x80 | index));
            number += own;
            places.extend([0, item.id, 0, 1, 0, 0, 0, 1]);
            places.extend(words(&[
                u32::try_from(at).unwrap(),
                u32::try_from(item.data.len()).unwrap(),
            ]));
            at += item.data.len();
        }
        let data: Vec<&[u8]> = items.iter().map(|item| item.data).collect();
        let meta = boxed(
            *b"meta",
            &[
                &[0; 4],
                &boxed(*b"hdlr", &[&[0; 8], b"pict", &[0; 13]]),
                &boxed(*b"pitm", &[&[0, 0, 0, 0, 0, self.primary.min(count)]]),
                &boxed(*b"iloc", &[&[1, 0, 0, 0, 0x44, 0, 0, count], &places]),
                &boxed(*b"iinf", &[&[0, 0, 0, 0, 0, count], &infos]),
                &boxed(*b"iprp", &[&boxed(*b"ipco", &properties), &boxed(*b"ipma", &[&lists])]),
                &boxed(*b"iref", &[&[0; 4], references]),
                &boxed(*b"grpl", &[&boxed(*b"altr", &[&words(&[0, 9, 2, 3, 1])])]),
                &boxed(*b"idat", &data),
            ],
        );
        let brands: &[u8] = match self.codec {
            Codec::Av1 => b"avif\0\0\0\0avifmif1miaftmap",
            Codec::Hevc => b"heic\0\0\0\0heicmif1miaftmap",
        };
        [boxed(*b"ftyp", &[brands]), meta].concat()
    }
}

/// The nearest whole number.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "numbers of tests are small"
)]
fn rounded(value: f64) -> i64 {
    value.round() as i64
}

struct Item<'a> {
    id: u8,
    kind: &'a [u8; 4],
    data: &'a [u8],
    properties: Vec<Vec<u8>>,
}

impl<'a> Item<'a> {
    const fn new(id: u8, kind: &'a [u8; 4], data: &'a [u8]) -> Self {
        Self {
            id,
            kind,
            data,
            properties: Vec::new(),
        }
    }

    fn info(&self) -> Vec<u8> {
        // The map is hidden.
        let flags = u8::from(self.id == 2);
        boxed(*b"infe", &[&[2, 0, 0, flags, 0, self.id, 0, 0], self.kind, &[0]])
    }
}

fn ispe((width, height): (u32, u32)) -> Vec<u8> {
    boxed(*b"ispe", &[&words(&[0, width, height])])
}

/// Colours by code points (H.273), of the full range.
fn nclx(primaries: u8, transfer: u8, matrix: u8) -> Vec<u8> {
    boxed(*b"colr", &[b"nclx", &[0, primaries, 0, transfer, 0, matrix, 0x80]])
}

/// One picture as a video of one frame has it.
struct Encoded {
    config: Vec<u8>,
    data: Vec<u8>,
}

impl Encoded {
    fn of(mp4: &[u8], codec: Codec) -> Self {
        let whole = |name: &[u8; 4]| {
            let at = mp4.windows(4).position(|window| window == name).unwrap() - 4;
            let length = u32::from_be_bytes(mp4[at..at + 4].try_into().unwrap());
            mp4[at..at + usize::try_from(length).unwrap()].to_vec()
        };
        let config = whole(if codec == Codec::Av1 { b"av1C" } else { b"hvcC" });
        Self {
            config,
            data: whole(b"mdat")[8..].to_vec(),
        }
    }
}
