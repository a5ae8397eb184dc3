//! The moving picture that encoders are tried with.

use gstreamer::{Buffer, Caps, ClockTime, Fraction};

/// Pixels of a row.
pub(super) const WIDTH: usize = 1_280;
/// Rows.
pub(super) const HEIGHT: usize = 720;
/// Frames a second.
const RATE: u64 = 30;
/// Different frames; then they come again.
const LENGTH: usize = 8;

/// Frames of 8 bits in 4:2:0: a slope with a square that moves, under noise as cameras have it.
pub(super) struct Pattern {
    frames: Vec<Buffer>,
    next: u64,
}

impl Pattern {
    pub(super) fn new() -> Self {
        Self {
            frames: (0..LENGTH).map(|number| Buffer::from_slice(frame(number))).collect(),
            next: 0,
        }
    }

    pub(super) fn caps() -> Caps {
        let size = |pixels: usize| i32::try_from(pixels).unwrap_or(i32::MAX);
        Caps::builder("video/x-raw")
            .field("format", "I420")
            .field("width", size(WIDTH))
            .field("height", size(HEIGHT))
            .field("framerate", Fraction::new(30, 1))
            .build()
    }

    /// The next frame, at its time.
    pub(super) fn next(&mut self) -> Buffer {
        let index = usize::try_from(self.next).unwrap_or(0) % LENGTH;
        let mut buffer = self.frames.get(index).cloned().unwrap_or_default();
        let at = |frame: u64| ClockTime::from_nseconds(frame * 1_000_000_000 / RATE);
        let head = buffer.make_mut();
        head.set_pts(at(self.next));
        head.set_duration(at(self.next + 1).saturating_sub(at(self.next)));
        self.next += 1;
        buffer
    }
}

fn frame(number: usize) -> Vec<u8> {
    let mut noise = Noise(0x9E37_79B9 ^ u32::try_from(number).unwrap_or(0));
    let mut bytes = Vec::with_capacity(WIDTH * HEIGHT * 3 / 2);
    let square = 100 + number * 24;
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let is_square = (square..square + 200).contains(&x) && (200..400).contains(&y);
            let slope = u8::try_from((x + y) * 160 / (WIDTH + HEIGHT)).unwrap_or(u8::MAX);
            let light = if is_square { 210 } else { 32 + slope };
            bytes.push(light + noise.below(8));
        }
    }
    let chroma = |noise: &mut Noise| {
        (0..WIDTH * HEIGHT / 2)
            .map(|_| 124 + noise.below(8))
            .collect::<Vec<u8>>()
    };
    bytes.extend(chroma(&mut noise));
    bytes
}

/// Numerical Recipes' linear congruential generator: any noise will do.
struct Noise(u32);

impl Noise {
    fn below(&mut self, bound: u8) -> u8 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        u8::try_from(self.0 >> 24).unwrap_or(0) % bound
    }
}
