//! What `page.c` offers.

use std::ffi::{c_char, c_int, c_uchar};

/// Only ever behind a pointer.
#[repr(C)]
pub(crate) struct RawPage {
    _private: [u8; 0],
}

/// `struct facts`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Facts {
    pub(crate) piece_bytes: u64,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) piece_width: u32,
    pub(crate) piece_height: u32,
    pub(crate) tiled: u16,
    pub(crate) planes: u16,
    pub(crate) bits: u16,
    pub(crate) samples: u16,
    pub(crate) format: u16,
    pub(crate) photometric: u16,
    pub(crate) has_photometric: u16,
    pub(crate) compression: u16,
    pub(crate) has_decoder: u16,
    pub(crate) orientation: u16,
    pub(crate) inks: u16,
    pub(crate) extra: u16,
    pub(crate) first_extra: u16,
    pub(crate) beside: u16,
    pub(crate) white_x: f32,
    pub(crate) white_y: f32,
}

unsafe extern "C" {
    pub(crate) fn safelight_tiff_new() -> *mut RawPage;
    pub(crate) fn safelight_tiff_free(page: *mut RawPage);
    pub(crate) fn safelight_tiff_open(page: *mut RawPage, bytes: *const c_uchar, length: u64, most: u64) -> c_int;
    pub(crate) fn safelight_tiff_complaint(page: *const RawPage) -> *const c_char;
    pub(crate) fn safelight_tiff_facts(page: *mut RawPage, facts: *mut Facts);
    pub(crate) fn safelight_tiff_profile(page: *mut RawPage, bytes: *mut *const c_uchar, length: *mut u32) -> c_int;
    pub(crate) fn safelight_tiff_palette(page: *mut RawPage, tables: *mut *const u16) -> c_int;
    pub(crate) fn safelight_tiff_piece(page: *mut RawPage, piece: u32, into: *mut c_uchar, room: u64) -> i64;
    pub(crate) fn safelight_tiff_colours(
        page: *mut RawPage,
        row: u32,
        rows: u32,
        pixels: *mut u32,
        into: *mut c_uchar,
    ) -> c_int;
}
