//! Reading.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use crate::ffi;

/// What a pixel is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Brightness alone.
    Grey = 1,
    /// Red, green, blue.
    Rgb = 3,
    /// Ink, as the file has it: Adobe's are inverted.
    Cmyk = 4,
}

impl Channels {
    /// Bytes of a pixel.
    pub const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// What libjpeg found wrong with a file that it read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The picture is whole: cameras and editors write such files every day.
    Harmless(String),
    /// Parts of the picture are wrong.
    WrongParts(String),
    /// Parts of the picture are missing, and grey.
    MissingParts(String),
}

/// No picture, or no more of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// libjpeg gave up on the file.
    #[error("{0}")]
    Unreadable(String),
    /// There is no memory for a reader.
    #[error("there is no memory for a JPEG reader")]
    NoMemory,
    /// The buffer is too short for so many rows.
    #[error("there is no room for so many rows")]
    NoRoom,
}

/// A picture that is read from the top down.
#[derive(Debug)]
pub struct Reader<'a> {
    raw: NonNull<ffi::RawReader>,
    width: u32,
    height: u32,
    channels: Channels,
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Reader<'a> {
    /// Begins to read the file `bytes` at 1, 1/2, 1/4 or 1/8 of its size (`scale` is 1, 2, 4 or 8). A file with more than
    /// `most_scans` passes is refused.
    ///
    /// # Errors
    /// The file cannot be read as that.
    pub fn new(bytes: &'a [u8], channels: Channels, scale: u32, most_scans: u16) -> Result<Self, ReadError> {
        // SAFETY: it takes nothing.
        let raw = unsafe { ffi::safelight_jpeg_reader_new() };
        let mut reader = Self {
            raw: NonNull::new(raw).ok_or(ReadError::NoMemory)?,
            width: 0,
            height: 0,
            channels,
            bytes: PhantomData,
        };
        let wanted = match channels {
            Channels::Grey => 1,
            Channels::Rgb => 3,
            Channels::Cmyk => 4,
        };
        // SAFETY: the reader is there and fresh; the bytes are borrowed for as long as it lives, and only read; the numbers are written
        // to before it returns.
        let begun = unsafe {
            ffi::safelight_jpeg_reader_start(
                reader.raw.as_ptr(),
                bytes.as_ptr(),
                bytes.len(),
                wanted,
                scale,
                i32::from(most_scans),
                &raw mut reader.width,
                &raw mut reader.height,
            )
        };
        reader.done(begun)?;
        Ok(reader)
    }

    /// Pixels of a row, at the scale asked for.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at the scale asked for.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Reads the next `rows` rows, each to a multiple of `stride` bytes in `into`.
    ///
    /// # Errors
    /// There is no room for them, or the file has no more.
    pub fn read(&mut self, into: &mut [u8], stride: usize, rows: u32) -> Result<(), ReadError> {
        let length = usize::try_from(self.width)
            .unwrap_or(usize::MAX)
            .saturating_mul(self.channels.count());
        let count = usize::try_from(rows).unwrap_or(usize::MAX);
        let needed = count.saturating_sub(1).saturating_mul(stride).saturating_add(length);
        if rows > 0 && (stride < length || into.len() < needed) {
            return Err(ReadError::NoRoom);
        }
        // SAFETY: the reader has begun, since there is one, and there is room for every row, checked above.
        let read = unsafe { ffi::safelight_jpeg_reader_rows(self.raw.as_ptr(), into.as_mut_ptr(), stride, rows) };
        self.done(read)
    }

    /// The worst that was found so far; what cannot be read at all is an error instead.
    pub fn damage(&self) -> Option<Damage> {
        let (damage, text) = self.complaint();
        match damage {
            ffi::HARMLESS => Some(Damage::Harmless(text)),
            ffi::WRONG_PARTS => Some(Damage::WrongParts(text)),
            ffi::MISSING_PARTS | ffi::FATAL => Some(Damage::MissingParts(text)),
            _ => None,
        }
    }

    fn complaint(&self) -> (i32, String) {
        let mut text = ptr::null();
        // SAFETY: the reader is there; the text is one with an end, and lives as long as the reader.
        unsafe {
            let damage = ffi::safelight_jpeg_reader_damage(self.raw.as_ptr(), &raw mut text);
            (damage, CStr::from_ptr(text).to_string_lossy().into_owned())
        }
    }

    fn done(&self, returned: i32) -> Result<(), ReadError> {
        if returned == 1 {
            return Ok(());
        }
        let (_, text) = self.complaint();
        Err(ReadError::Unreadable(if text.is_empty() {
            "it has fewer rows than it says".to_owned()
        } else {
            text
        }))
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        // SAFETY: it is there, and nobody has it any more.
        unsafe {
            ffi::safelight_jpeg_reader_free(self.raw.as_ptr());
        }
    }
}
