//! The files of a campaign, each with bytes of its own.

use anyhow::Result;
use bytes::{BufMut as _, Bytes, BytesMut};

use crate::client::NewUpload;
use crate::media::{bars, film, jpeg_sized, png, unique, webp};

/// What should become of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A picture: gets a preview and a thumbnail.
    Picture,
    /// A video that browsers play: the same.
    Playable,
    /// A video that they do not: gets a playable one as well.
    Foreign,
    /// A file that cannot be read: its pictures are given up.
    Damaged,
}

/// A file and what should become of it.
pub(super) struct Sample {
    pub(super) file: NewUpload,
    pub(super) sort: Sort,
}

/// Makes samples. Videos are made once, and then varied.
pub(super) struct Samples {
    playable: Bytes,
    foreign: Bytes,
}

impl Samples {
    /// Makes the videos.
    ///
    /// # Errors
    /// When ffmpeg is not there.
    pub(super) fn prepare() -> Result<Self> {
        let make = |codec: &[&str]| -> Result<Bytes> {
            let mut arguments = bars("320x240");
            arguments.extend(codec.iter().map(|word| (*word).to_owned()));
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            Ok(film("video.mp4", &words)?.into())
        };
        Ok(Self {
            playable: make(&["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"])?,
            foreign: make(&["-c:v", "mpeg4"])?,
        })
    }

    /// The file of this number.
    pub(super) fn make(&self, number: usize) -> Sample {
        let (extension, bytes, sort) = match number % 24 {
            5 => ("mp4", varied(&self.playable), Sort::Playable),
            11 | 19 => ("mp4", varied(&self.foreign), Sort::Foreign),
            8 => ("jpg", cut(&jpeg_sized(640, 480)), Sort::Damaged),
            17 => ("png", cut(&png()), Sort::Damaged),
            23 => ("jpg", noise(), Sort::Damaged),
            3 => ("jpg", jpeg_sized(3_000, 2_000), Sort::Picture),
            turn if turn % 3 == 0 => ("png", png(), Sort::Picture),
            turn if turn % 3 == 1 => ("webp", webp(), Sort::Picture),
            _ => ("jpg", jpeg_sized(640, 480), Sort::Picture),
        };
        Sample {
            file: NewUpload::new(&format!("{number}.{extension}"), bytes),
            sort,
        }
    }
}

/// The same video with a box that players skip.
fn varied(video: &Bytes) -> Bytes {
    let mut bytes = BytesMut::from(video.as_ref());
    bytes.put_u32(12);
    bytes.put_slice(b"free");
    bytes.put_u32(unique());
    bytes.freeze()
}

/// The first third of a picture, which may be the same in two of them, and a number that is not.
fn cut(picture: &Bytes) -> Bytes {
    let mut bytes = BytesMut::from(picture.slice(..picture.len() / 3).as_ref());
    bytes.put_u32(unique());
    bytes.freeze()
}

fn noise() -> Bytes {
    let mut chance = super::plan::Chance(u64::from(unique()));
    (0..512).flat_map(|_| chance.next().to_le_bytes()).collect()
}
