//! What `rows.c` offers.

use std::ffi::{c_char, c_int, c_uchar, c_uint, c_ulong};

// Links the library whose functions `rows.c` calls.
use turbojpeg_sys as _;

use crate::huffman::Table;

/// Only ever behind a pointer.
#[repr(C)]
pub(crate) struct RawReader {
    _private: [u8; 0],
}

/// `struct plane`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Plane {
    pub(crate) width: c_uint,
    pub(crate) height: c_uint,
    pub(crate) covered_width: f64,
    pub(crate) covered_height: f64,
    pub(crate) written: c_uint,
    pub(crate) rows: c_uint,
}

/// `struct order`.
#[repr(C)]
pub(crate) struct Order {
    pub(crate) samples: *const c_uchar,
    pub(crate) stride: usize,
    pub(crate) width: c_uint,
    pub(crate) height: c_uint,
    pub(crate) quality: c_int,
    pub(crate) halves_colours: c_int,
    pub(crate) huffman: c_int,
    pub(crate) band: c_uint,
    pub(crate) every: c_uint,
    pub(crate) parts: c_uint,
}

/// Values of `Order::huffman`.
pub(crate) const PROGRESSIVE: c_int = 0;
pub(crate) const OPTIMAL: c_int = 1;
pub(crate) const GIVEN: c_int = 2;

/// Values of `safelight_jpeg_reader_damage`.
pub(crate) const HARMLESS: c_int = 1;
pub(crate) const WRONG_PARTS: c_int = 2;
pub(crate) const MISSING_PARTS: c_int = 3;
pub(crate) const FATAL: c_int = 4;

unsafe extern "C" {
    pub(crate) fn safelight_jpeg_reader_new() -> *mut RawReader;
    pub(crate) fn safelight_jpeg_reader_free(reader: *mut RawReader);
    pub(crate) fn safelight_jpeg_reader_open(
        reader: *mut RawReader,
        bytes: *const c_uchar,
        length: usize,
        most_scans: c_int,
    ) -> c_int;
    pub(crate) fn safelight_jpeg_reader_has_planes(reader: *const RawReader) -> c_int;
    pub(crate) fn safelight_jpeg_reader_start(
        reader: *mut RawReader,
        channels: c_int,
        scale: c_uint,
        width: *mut c_uint,
        height: *mut c_uint,
    ) -> c_int;
    pub(crate) fn safelight_jpeg_reader_plane(reader: *const RawReader, number: c_int, plane: *mut Plane);
    pub(crate) fn safelight_jpeg_reader_planes(
        reader: *mut RawReader,
        into: *const *mut c_uchar,
        strides: *const usize,
    ) -> c_int;
    pub(crate) fn safelight_jpeg_reader_rows(
        reader: *mut RawReader,
        into: *mut c_uchar,
        stride: usize,
        rows: c_uint,
    ) -> c_int;
    pub(crate) fn safelight_jpeg_reader_damage(reader: *const RawReader, text: *mut *const c_char) -> c_int;
    pub(crate) fn safelight_jpeg_write(
        order: *const Order,
        tables: *mut Table,
        bytes: *mut *mut c_uchar,
        length: *mut c_ulong,
        complaint: *mut c_char,
        room: usize,
    ) -> c_int;
    pub(crate) fn safelight_jpeg_free(bytes: *mut c_uchar);
}
