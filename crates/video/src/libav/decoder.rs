//! A stream that is decoded.

use std::ffi::{c_int, c_uint};
use std::ptr::NonNull;

use super::picture::Picture;
use super::{AvError, NEVER, Reader, ffi, time};
use crate::line::Placed;

/// What a decoder does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// It holds something that is to be taken.
    Ready,
    /// It needs another packet.
    Hungry,
    /// It has given all.
    Ended,
}

/// Decoded sound.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sound {
    /// When its first sample is heard, in nanoseconds on the line of the film.
    pub(crate) pts: Option<i64>,
    /// Samples per second; the same for all sound of a decoder.
    pub(crate) rate: u32,
    /// The same for all sound of a decoder.
    pub(crate) channels: u32,
    /// A bit for each loudspeaker, in the order of WAVE.
    pub(crate) positions: u64,
    /// From -1 to 1, those of one moment beside each other.
    pub(crate) samples: Vec<f32>,
}

/// A decoder for one stream.
#[derive(Debug)]
pub(crate) struct Decoder {
    raw: NonNull<ffi::RawDecoder>,
}

// SAFETY: libav's structures belong to no thread.
unsafe impl Send for Decoder {}

impl Drop for Decoder {
    fn drop(&mut self) {
        // SAFETY: it came from `new`, and nobody uses it any more.
        unsafe { ffi::safelight_av_decoder_free(self.raw.as_ptr()) }
    }
}

impl Decoder {
    /// A decoder with so many threads, 0 for as many as there are processors; with `one_by_one` it holds no picture back for the sake of
    /// its threads.
    pub(crate) fn new(reader: &Reader, stream: usize, threads: u32, one_by_one: bool) -> Result<Self, AvError> {
        let index = c_uint::try_from(stream).unwrap_or(c_uint::MAX);
        let threads = c_int::try_from(threads).unwrap_or_default();
        let mut why = 0;
        // SAFETY: the reader is alive; the index is looked at by the call.
        let raw =
            unsafe { ffi::safelight_av_decoder(reader.as_ptr(), index, threads, one_by_one.into(), &raw mut why) };
        NonNull::new(raw)
            .map(|raw| Self { raw })
            .ok_or_else(|| AvError::of(why))
    }

    /// Gives it the packet that the reader holds, at these times; false where it has to be asked for what it holds first.
    pub(crate) fn send(&mut self, reader: &Reader, at: Placed) -> Result<bool, AvError> {
        let (pts, dts) = (at.pts.unwrap_or(NEVER), at.dts);
        // SAFETY: both are alive.
        match unsafe { ffi::safelight_av_send(self.raw.as_ptr(), reader.as_ptr(), pts, dts, at.duration) } {
            0 => Ok(true),
            1 => Ok(false),
            code => Err(AvError::of(code)),
        }
    }

    /// Tells it that there is no more.
    pub(crate) fn finish(&mut self) -> Result<(), AvError> {
        // SAFETY: it is alive; no reader means the end.
        match unsafe { ffi::safelight_av_send(self.raw.as_ptr(), std::ptr::null(), NEVER, NEVER, 0) } {
            code if code < 0 => Err(AvError::of(code)),
            _ => Ok(()),
        }
    }

    /// Goes on.
    pub(crate) fn step(&mut self) -> Result<Step, AvError> {
        // SAFETY: it is alive.
        match unsafe { ffi::safelight_av_receive(self.raw.as_ptr()) } {
            1 => Ok(Step::Ready),
            0 => Ok(Step::Hungry),
            2 => Ok(Step::Ended),
            code => Err(AvError::of(code)),
        }
    }

    /// The picture that it holds.
    pub(crate) fn picture(&mut self) -> Option<Picture> {
        // SAFETY: it is alive; the frame is given away.
        let raw = unsafe { ffi::safelight_av_take(self.raw.as_ptr()) };
        NonNull::new(raw).map(Picture::new)
    }

    /// The sound that it holds.
    pub(crate) fn sound(&mut self) -> Result<Sound, AvError> {
        let mut raw = std::mem::MaybeUninit::<ffi::SoundFacts>::zeroed();
        // SAFETY: zeros are good values of all fields.
        let (result, raw) = unsafe {
            let result = ffi::safelight_av_sound(self.raw.as_ptr(), raw.as_mut_ptr());
            (result, raw.assume_init())
        };
        if result < 0 {
            return Err(AvError::of(result));
        }
        let channels = u32::try_from(raw.channels).unwrap_or_default();
        let count = raw.count.saturating_mul(usize::try_from(channels).unwrap_or_default());
        let samples = if raw.samples.is_null() {
            &[][..]
        } else {
            // SAFETY: so many samples are there until the next call.
            unsafe { std::slice::from_raw_parts(raw.samples, count) }
        };
        Ok(Sound {
            pts: time(raw.pts),
            rate: u32::try_from(raw.rate).unwrap_or_default(),
            channels,
            positions: raw.positions,
            samples: samples.to_vec(),
        })
    }
}
