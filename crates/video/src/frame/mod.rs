//! One picture that stands for a film.
//!
//! Key frames from the first part of the film are decoded, spread over it, and the one that stands for all of them is taken
//! ([`look`]). Where they show nothing (a film that begins in black and has no other key frame soon), the search goes further,
//! and in the end looks at every picture of the beginning.

mod candidate;
mod collect;
mod convert;
mod look;
mod plan;

pub use plan::memory as frame_memory;

use std::io::{self, Write};
use std::path::Path;

use safelight_core::settings::ToneMapping;
use serde::{Deserialize, Serialize};

use self::candidate::Candidate;
use self::look::representative;
use crate::error::Refusal;
use crate::probe;

/// A picture of a video as it is stored: 8 bits of sRGB, not turned yet, its pixels of any shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// What is known of it.
    pub shape: FrameShape,
    /// Red, green, blue, row by row without gaps.
    pub rgb: Vec<u8>,
}

/// How to show a [`Frame`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameShape {
    /// Pixels, before rotation.
    pub width: u32,
    /// Pixels, before rotation.
    pub height: u32,
    /// Width and height to stretch it to, so that its pixels are square; before rotation too.
    pub square: (u32, u32),
    /// How to turn it for viewing, as EXIF writes it: 1 to 8.
    pub orientation: u8,
}

impl FrameShape {
    /// How many bytes its pixels have.
    pub fn bytes(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height) * 3
    }
}

/// Finds the picture, in a process that may hang or crash. `GStreamer` has been started.
pub(crate) fn frame(file: &Path, most_read: u64, tonemap: ToneMapping, most_pixels: u64) -> Result<Frame, Refusal> {
    let traits = probe::probe(file, most_read)?;
    let video = traits.video.as_ref().ok_or(Refusal::NoVideo)?;
    let pixels = u64::from(video.width) * u64::from(video.height);
    if pixels > most_pixels {
        return Err(Refusal::TooLarge {
            width: video.width,
            height: video.height,
            limit: most_pixels,
        });
    }
    let mut found: Vec<Candidate> = Vec::new();
    let mut complaint = None;
    for pass in plan::passes(traits.duration_ms, pixels) {
        let collected = collect::collect(file, &pass)?;
        found.extend(collected.candidates);
        complaint = collected.complaint.or(complaint);
        if found.iter().any(|candidate| !candidate.look.is_dull()) {
            break;
        }
    }
    let looks: Vec<look::Look> = found.iter().map(|candidate| candidate.look.clone()).collect();
    let chosen = representative(&looks).and_then(|at| found.get(at));
    let chosen = chosen.ok_or_else(|| {
        Refusal::NoPicture(complaint.unwrap_or_else(|| "the stream ends before the first picture".to_owned()))
    })?;
    let (width, height, rgb) = convert::to_srgb(&chosen.sample, video, tonemap)?;
    Ok(Frame {
        shape: FrameShape {
            width,
            height,
            square: video.square_size(),
            orientation: video.orientation(),
        },
        rgb,
    })
}

impl Frame {
    /// Writes the answer of a helper: its shape as a line of JSON, then the pixels.
    pub(crate) fn write(answer: &Result<Self, Refusal>, out: &mut impl Write) -> io::Result<()> {
        let shape = answer.as_ref().map(|frame| frame.shape);
        serde_json::to_writer(&mut *out, &shape)?;
        out.write_all(b"\n")?;
        match answer {
            Ok(frame) => out.write_all(&frame.rgb),
            Err(_) => Ok(()),
        }
    }

    /// Reads what [`write`](Self::write) wrote; the error says what is wrong with it.
    pub(crate) fn read(mut said: Vec<u8>) -> Result<Result<Self, Refusal>, String> {
        let end = said
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or("it has no first line")?;
        let pixels = said.split_off(end + 1);
        let shape: Result<FrameShape, Refusal> = serde_json::from_slice(&said).map_err(|error| error.to_string())?;
        match shape {
            Ok(shape) if u64::try_from(pixels.len()) != Ok(shape.bytes()) => {
                Err(format!("{} bytes of pixels instead of {}", pixels.len(), shape.bytes()))
            }
            Ok(shape) => Ok(Ok(Self { shape, rgb: pixels })),
            Err(refusal) => Ok(Err(refusal)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let shape = FrameShape {
            width: 2,
            height: 1,
            square: (3, 1),
            orientation: 6,
        };
        let frame = Frame {
            shape,
            rgb: vec![b'\n', 1, 2, 3, 4, 5],
        };
        for answer in [Ok(frame), Err(Refusal::NoVideo)] {
            let mut out = Vec::new();
            Frame::write(&answer, &mut out).unwrap();
            assert_eq!(Frame::read(out.clone()).unwrap(), answer);
            if answer.is_ok() {
                out.pop();
                assert!(Frame::read(out).is_err(), "a pixel is missing");
            }
        }
        assert!(Frame::read(b"hello".to_vec()).is_err());
    }
}
