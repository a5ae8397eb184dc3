//! The page of `page.c` with an owner.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};
use std::slice;

use crate::facts::Facts;
use crate::ffi;

/// Why a page, or a part of it, cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TiffError {
    /// The file ends before what it says it has; libtiff's words.
    #[error("{0}")]
    Ends(String),
    /// Something else; libtiff's words.
    #[error("{0}")]
    Unreadable(String),
    /// There is no memory for a page.
    #[error("there is no memory for a TIFF page")]
    NoMemory,
    /// The buffer is too short.
    #[error("there is no room for it")]
    NoRoom,
}

/// The first page of a file; its bytes are borrowed.
#[derive(Debug)]
pub struct Page<'a> {
    raw: NonNull<ffi::RawPage>,
    facts: Facts,
    bytes: PhantomData<&'a [u8]>,
}

impl<'a> Page<'a> {
    /// Reads the tags of the first page of the file `bytes`. libtiff allocates no more than `most_memory` bytes at once.
    ///
    /// # Errors
    /// It is no TIFF, or its first page is damaged.
    pub fn open(bytes: &'a [u8], most_memory: u64) -> Result<Self, TiffError> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        // SAFETY: it takes nothing.
        let page = unsafe { ffi::safelight_tiff_new() };
        let mut page = Self {
            raw: NonNull::new(page).ok_or(TiffError::NoMemory)?,
            facts: ffi::Facts::default().into(),
            bytes: PhantomData,
        };
        // SAFETY: the page is there and fresh; the bytes are borrowed for as long as it lives, and only read.
        let opened = unsafe {
            let most = most_memory.min(i64::MAX.unsigned_abs());
            ffi::safelight_tiff_open(page.raw.as_ptr(), bytes.as_ptr(), length, most)
        };
        if opened != 1 {
            return Err(page.complaint());
        }
        let mut facts = ffi::Facts::default();
        // SAFETY: the page is open.
        unsafe { ffi::safelight_tiff_facts(page.raw.as_ptr(), &raw mut facts) };
        page.facts = facts.into();
        Ok(page)
    }

    /// What the page says of itself.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The ICC profile.
    pub fn profile(&self) -> Option<Vec<u8>> {
        let (mut bytes, mut length) = (ptr::null(), 0);
        // SAFETY: the page is open; what it tells is its own and is copied.
        unsafe {
            let found = ffi::safelight_tiff_profile(self.raw.as_ptr(), &raw mut bytes, &raw mut length) == 1;
            found.then(|| slice::from_raw_parts(bytes, usize::try_from(length).unwrap_or_default()).to_vec())
        }
    }

    /// All reds, all greens, all blues of the table of colours, in 16 bits.
    pub fn palette(&self) -> Option<[Vec<u16>; 3]> {
        let length = 1_usize
            .checked_shl(u32::from(self.facts.bits))
            .filter(|_| self.facts.bits <= 16)?;
        let mut tables = [ptr::null(); 3];
        // SAFETY: the page is open; each table has 2 to the power of the bits entries, belongs to the page and is copied.
        unsafe {
            let found = ffi::safelight_tiff_palette(self.raw.as_ptr(), tables.as_mut_ptr()) == 1;
            found.then(|| tables.map(|table| slice::from_raw_parts(table, length).to_vec()))
        }
    }

    /// Reads the strip or tile of this number, and tells how many bytes came: samples as they are stored, numbers of 16 bits and
    /// more in the order of bytes of this machine, others packed from the highest bit on, each row beginning with a byte.
    ///
    /// # Errors
    /// There is no such piece, or it is damaged.
    pub fn piece(&mut self, number: u32, into: &mut [u8]) -> Result<usize, TiffError> {
        let room = u64::try_from(into.len()).unwrap_or(u64::MAX);
        // SAFETY: the page is open, and there is as much room as is said.
        let came = unsafe { ffi::safelight_tiff_piece(self.raw.as_ptr(), number, into.as_mut_ptr(), room) };
        usize::try_from(came).map_err(|_negative| self.complaint())
    }

    /// Reads rows as red, green and blue of 8 bits, whatever the page has.
    ///
    /// # Errors
    /// libtiff knows no way to colours, or the rows are damaged.
    pub fn colours(&mut self, row: u32, into: &mut [u8]) -> Result<(), TiffError> {
        let width = usize::try_from(self.facts.width).unwrap_or_default();
        let rows = into.len() / (width * 3).max(1);
        let last = u64::from(row) + u64::try_from(rows).unwrap_or(u64::MAX);
        let count = u32::try_from(rows)
            .ok()
            .filter(|_| last <= u64::from(self.facts.height));
        let (Some(rows_count), false) = (count, width == 0) else {
            return Err(TiffError::NoRoom);
        };
        let mut pixels = vec![0_u32; width * rows];
        // SAFETY: the page is open, it has these rows, and there is room for one number and three bytes for each of their pixels.
        let done = unsafe {
            let page = self.raw.as_ptr();
            ffi::safelight_tiff_colours(page, row, rows_count, pixels.as_mut_ptr(), into.as_mut_ptr())
        };
        if done == 1 { Ok(()) } else { Err(self.complaint()) }
    }

    fn complaint(&self) -> TiffError {
        // SAFETY: the page is there; the text has an end and lives as long as the page.
        let text = unsafe { CStr::from_ptr(ffi::safelight_tiff_complaint(self.raw.as_ptr())) };
        let text = text.to_string_lossy().into_owned();
        let ends = [
            "Read error",
            "Cannot read",
            "Can not read",
            "Not enough data",
            "end of file",
            "end of strip",
        ];
        if text.is_empty() {
            TiffError::Unreadable("it cannot be read".to_owned())
        } else if ends.iter().any(|words| text.contains(words)) {
            TiffError::Ends(text)
        } else {
            TiffError::Unreadable(text)
        }
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        // SAFETY: it is there, and nobody has it any more.
        unsafe { ffi::safelight_tiff_free(self.raw.as_ptr()) }
    }
}
