//! libav: what takes a file apart and decodes its streams.
//!
//! `GStreamer`'s own demuxers leave times out where a container does not write them, know no edit that begins between key frames, and have no
//! names for many codecs that the libav beneath them decodes; so the same libav is asked directly. It reads one file by its
//! descriptor, with a list of demuxers, and opens nothing else: neither a file nor an address, whoever names it.

mod decoder;
mod ffi;
mod picture;
mod reader;

use std::ffi::{CStr, c_char, c_int};

pub(crate) use self::decoder::{Decoder, Sound, Step};
pub(crate) use self::picture::{Picture, PictureFacts};
pub(crate) use self::reader::{FileFacts, Kind, Reader, StreamFacts};

/// What libav says instead of a time.
const NEVER: i64 = i64::MIN;

/// An error of libav, in its words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct AvError(String);

impl AvError {
    fn of(code: c_int) -> Self {
        Self(text(|into, size| {
            // SAFETY: the call writes at most `size` bytes, the last of which is zero.
            unsafe { ffi::safelight_av_describe(code, into, size) }
        }))
    }
}

/// What libav last complained of in this process, in words for a log; empty where it had nothing to complain of.
pub fn last_words() -> String {
    text(|into, size| {
        // SAFETY: the call writes at most `size` bytes, the last of which is zero.
        unsafe { ffi::safelight_av_last_words(into, size) }
    })
}

/// What a function writes into a buffer of so many bytes.
fn text(write: impl FnOnce(*mut c_char, usize)) -> String {
    let mut buffer = [0_u8; 256];
    write(buffer.as_mut_ptr().cast(), buffer.len());
    let text = CStr::from_bytes_until_nul(&buffer);
    text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A word of libav; nothing where it has none.
fn word(pointer: *const c_char) -> Option<String> {
    // SAFETY: words of the door are NULL or texts that live as long as the process.
    let text = (!pointer.is_null()).then(|| unsafe { CStr::from_ptr(pointer) })?;
    Some(text.to_string_lossy().into_owned())
}

/// A time of libav; nothing where it has none.
fn time(value: i64) -> Option<i64> {
    (value != NEVER).then_some(value)
}
