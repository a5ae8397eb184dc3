//! The reader of `rows.c` with an owner.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use crate::ffi;
use crate::reader::{Damage, ReadError};

/// A file that is open; its bytes are borrowed.
#[derive(Debug)]
pub(crate) struct Raw<'a> {
    reader: NonNull<ffi::RawReader>,
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Raw<'a> {
    pub(crate) fn open(bytes: &'a [u8], most_scans: u16) -> Result<Self, ReadError> {
        // SAFETY: it takes nothing.
        let reader = unsafe { ffi::safelight_jpeg_reader_new() };
        let raw = Self {
            reader: NonNull::new(reader).ok_or(ReadError::NoMemory)?,
            bytes: PhantomData,
        };
        // SAFETY: the reader is there and fresh; the bytes are borrowed for as long as it lives, and only read.
        let opened = unsafe {
            let reader = raw.reader.as_ptr();
            ffi::safelight_jpeg_reader_open(reader, bytes.as_ptr(), bytes.len(), i32::from(most_scans))
        };
        raw.done(opened)?;
        Ok(raw)
    }

    pub(crate) fn has_planes(&self) -> bool {
        // SAFETY: the reader is there.
        unsafe { ffi::safelight_jpeg_reader_has_planes(self.reader.as_ptr()) == 1 }
    }

    /// Begins with so many channels; 0 for planes. Returns width and height.
    pub(crate) fn start(&mut self, channels: u8, scale: u32) -> Result<(u32, u32), ReadError> {
        let (mut width, mut height) = (0, 0);
        // SAFETY: the reader is there, and the numbers are written to before it returns.
        let started = unsafe {
            let reader = self.reader.as_ptr();
            ffi::safelight_jpeg_reader_start(reader, i32::from(channels), scale, &raw mut width, &raw mut height)
        };
        self.done(started)?;
        Ok((width, height))
    }

    /// What there is of a plane, from 0 to 2, of a file that has planes and has been started.
    pub(crate) fn plane(&self, number: i32) -> ffi::Plane {
        let mut plane = ffi::Plane::default();
        // SAFETY: the reader is there and has three components, and the plane is written to before it returns.
        unsafe { ffi::safelight_jpeg_reader_plane(self.reader.as_ptr(), number, &raw mut plane) };
        plane
    }

    /// Reads rows.
    ///
    /// # Safety
    /// There is room for that many, each of the width that was told, and the reader was started with channels.
    pub(crate) unsafe fn rows(&mut self, into: *mut u8, stride: usize, rows: u32) -> Result<(), ReadError> {
        // SAFETY: promised by the caller.
        let read = unsafe { ffi::safelight_jpeg_reader_rows(self.reader.as_ptr(), into, stride, rows) };
        self.done(read)
    }

    /// Reads the next rows of all planes.
    ///
    /// # Safety
    /// There is room for as many as each plane says, and the reader was started without channels.
    pub(crate) unsafe fn planes(&mut self, into: &[*mut u8; 3], strides: &[usize; 3]) -> Result<(), ReadError> {
        // SAFETY: promised by the caller.
        let read = unsafe { ffi::safelight_jpeg_reader_planes(self.reader.as_ptr(), into.as_ptr(), strides.as_ptr()) };
        self.done(read)
    }

    pub(crate) fn damage(&self) -> Option<Damage> {
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
            let damage = ffi::safelight_jpeg_reader_damage(self.reader.as_ptr(), &raw mut text);
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

impl Drop for Raw<'_> {
    fn drop(&mut self) {
        // SAFETY: it is there, and nobody has it any more.
        unsafe {
            ffi::safelight_jpeg_reader_free(self.reader.as_ptr());
        }
    }
}
