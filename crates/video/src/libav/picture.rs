//! A decoded picture.

use std::ffi::{CString, c_char};
use std::ptr::{NonNull, null};

use super::{ffi, time, word};

/// What is known of a picture.
#[expect(clippy::struct_excessive_bools, reason = "facts of which each stands for itself")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PictureFacts {
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// The shape of a pixel; nothing where nobody tells.
    pub(crate) aspect: Option<(u32, u32)>,
    /// libav's word for the layout of its pixels.
    pub(crate) pixels: String,
    pub(crate) is_rgb: bool,
    /// By their numbers in ISO/IEC 23091-2.
    pub(crate) primaries: i32,
    pub(crate) transfer: i32,
    pub(crate) matrix: i32,
    pub(crate) is_full_range: bool,
    pub(crate) is_interlaced: bool,
    pub(crate) is_top_first: bool,
    /// When it is shown, in nanoseconds on the line of the film; libav's best guess.
    pub(crate) pts: Option<i64>,
    /// 0 where nobody tells.
    pub(crate) duration: i64,
}

/// A picture, in memory of its own.
#[derive(Debug)]
pub(crate) struct Picture {
    raw: NonNull<ffi::RawFrame>,
}

// SAFETY: libav counts who holds a frame in a way that threads may share, and a picture is never written to.
unsafe impl Send for Picture {}
// SAFETY: as above.
unsafe impl Sync for Picture {}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: it was given away by the decoder, and nobody uses it any more.
        unsafe { ffi::safelight_av_frame_free(self.raw.as_ptr()) }
    }
}

impl Picture {
    pub(super) const fn new(raw: NonNull<ffi::RawFrame>) -> Self {
        Self { raw }
    }

    fn raw(&self) -> ffi::PictureFacts {
        let mut raw = std::mem::MaybeUninit::<ffi::PictureFacts>::zeroed();
        // SAFETY: zeros are good values of all fields, and the call writes all of them.
        unsafe {
            ffi::safelight_av_picture(self.raw.as_ptr(), raw.as_mut_ptr());
            raw.assume_init()
        }
    }

    /// What is known of it.
    pub(crate) fn facts(&self) -> PictureFacts {
        let raw = self.raw();
        let above_zero = |value: i32| u32::try_from(value).ok().filter(|value| *value > 0);
        PictureFacts {
            width: above_zero(raw.width).unwrap_or_default(),
            height: above_zero(raw.height).unwrap_or_default(),
            aspect: above_zero(raw.aspect_n).zip(above_zero(raw.aspect_d)),
            pixels: word(raw.pixels).unwrap_or_default(),
            is_rgb: raw.is_rgb != 0,
            primaries: raw.primaries,
            transfer: raw.transfer,
            matrix: raw.matrix,
            is_full_range: raw.is_full_range != 0,
            is_interlaced: raw.is_interlaced != 0,
            is_top_first: raw.is_top_first != 0,
            pts: time(raw.pts),
            duration: raw.duration.max(0),
        }
    }

    /// Bytes from one row of a plane to the next; nothing where there is no such plane, or its rows go from the bottom to the top.
    pub(crate) fn stride(&self, plane: usize) -> Option<usize> {
        let raw = self.raw();
        let is_there = raw.planes.get(plane).is_some_and(|plane| !plane.is_null());
        let stride = raw.strides.get(plane).copied().filter(|_| is_there)?;
        usize::try_from(stride).ok().filter(|stride| *stride > 0)
    }

    /// The bytes of a plane of so many rows, the last of which ends behind `row` bytes.
    pub(crate) fn plane(&self, plane: usize, rows: usize, row: usize) -> Option<&[u8]> {
        let stride = self.stride(plane).filter(|stride| row <= *stride)?;
        let pointer = self.raw().planes.get(plane).copied()?;
        let length = stride.checked_mul(rows.checked_sub(1)?)?.checked_add(row)?;
        // SAFETY: libav's planes have so many rows with so many bytes between them for the layout of pixels that it tells, which is where
        // the caller's numbers come from; they live as long as the picture.
        Some(unsafe { std::slice::from_raw_parts(pointer, length) })
    }

    /// The same picture in the one of these layouts that loses the least, its rows from top to bottom.
    pub(crate) fn adapted(&self, layouts: &[&str]) -> Option<Self> {
        let words: Vec<CString> = layouts.iter().filter_map(|layout| CString::new(*layout).ok()).collect();
        let mut pointers: Vec<*const c_char> = words.iter().map(|word| word.as_ptr()).collect();
        pointers.push(null());
        // SAFETY: the list ends with NULL, and it and its texts live longer than the call.
        let raw = unsafe { ffi::safelight_av_adapt(self.raw.as_ptr(), pointers.as_ptr()) };
        NonNull::new(raw).map(Self::new)
    }
}
