//! What `door.c` offers.

use std::ffi::{c_char, c_int, c_uint};

/// Only ever behind a pointer.
#[repr(C)]
pub(super) struct RawReader {
    _private: [u8; 0],
}

/// Only ever behind a pointer.
#[repr(C)]
pub(super) struct RawDecoder {
    _private: [u8; 0],
}

/// Only ever behind a pointer.
#[repr(C)]
pub(super) struct RawFrame {
    _private: [u8; 0],
}

/// `struct file_facts`.
#[repr(C)]
pub(super) struct FileFacts {
    pub(super) format: *const c_char,
    pub(super) streams: c_uint,
    pub(super) may_jump: c_int,
    pub(super) start_us: i64,
    pub(super) duration_us: i64,
}

/// `struct stream_facts`.
#[repr(C)]
pub(super) struct StreamFacts {
    pub(super) kind: c_int,
    pub(super) codec: *const c_char,
    pub(super) profile: *const c_char,
    pub(super) tag: [c_char; 5],
    pub(super) has_decoder: c_int,
    pub(super) is_default: c_int,
    pub(super) is_still: c_int,
    pub(super) is_empty: c_int,
    pub(super) width: c_int,
    pub(super) height: c_int,
    pub(super) aspect_n: c_int,
    pub(super) aspect_d: c_int,
    pub(super) has_matrix: c_int,
    pub(super) matrix: [i32; 9],
    pub(super) pixels: *const c_char,
    pub(super) primaries: *const c_char,
    pub(super) transfer: *const c_char,
    pub(super) matrix_name: *const c_char,
    pub(super) is_full_range: c_int,
    pub(super) is_interlaced: c_int,
    pub(super) rate_n: c_int,
    pub(super) rate_d: c_int,
    pub(super) sample_rate: c_int,
    pub(super) channels: c_int,
    pub(super) is_ambisonic: c_int,
    pub(super) frame_size: c_int,
    pub(super) bitrate: i64,
    pub(super) start: i64,
    pub(super) duration: i64,
    pub(super) time_n: c_int,
    pub(super) time_d: c_int,
    pub(super) delay: c_int,
    pub(super) dovi_profile: c_int,
    pub(super) dovi_compatibility: c_int,
    pub(super) projection: c_int,
    pub(super) pose: [i32; 3],
    pub(super) bounds: [u32; 4],
    pub(super) padding: u32,
    pub(super) stereo: c_int,
    pub(super) extra: *const u8,
    pub(super) extra_length: usize,
}

/// `struct packet_facts`.
#[repr(C)]
pub(super) struct PacketFacts {
    pub(super) stream: c_uint,
    pub(super) pts: i64,
    pub(super) dts: i64,
    pub(super) duration: i64,
    pub(super) is_key: c_int,
    pub(super) is_hidden: c_int,
    pub(super) skip_start: c_uint,
    pub(super) skip_end: c_uint,
    pub(super) data: *const u8,
    pub(super) length: usize,
}

/// `struct picture_facts`.
#[repr(C)]
pub(super) struct PictureFacts {
    pub(super) width: c_int,
    pub(super) height: c_int,
    pub(super) aspect_n: c_int,
    pub(super) aspect_d: c_int,
    pub(super) pixels: *const c_char,
    pub(super) is_rgb: c_int,
    pub(super) primaries: c_int,
    pub(super) transfer: c_int,
    pub(super) matrix: c_int,
    pub(super) is_full_range: c_int,
    pub(super) is_interlaced: c_int,
    pub(super) is_top_first: c_int,
    pub(super) pts: i64,
    pub(super) duration: i64,
    pub(super) planes: [*const u8; 4],
    pub(super) strides: [c_int; 4],
}

/// `struct sound_facts`.
#[repr(C)]
pub(super) struct SoundFacts {
    pub(super) pts: i64,
    pub(super) rate: c_int,
    pub(super) channels: c_int,
    pub(super) positions: u64,
    pub(super) samples: *const f32,
    pub(super) count: usize,
}

unsafe extern "C" {
    pub(super) fn safelight_av_last_words(into: *mut c_char, size: usize);
    pub(super) fn safelight_av_describe(error: c_int, into: *mut c_char, size: usize);

    pub(super) fn safelight_av_open(fd: c_int, demuxers: *const c_char, why: *mut c_int) -> *mut RawReader;
    pub(super) fn safelight_av_close(reader: *mut RawReader);
    pub(super) fn safelight_av_file(reader: *const RawReader, facts: *mut FileFacts);
    pub(super) fn safelight_av_stream(reader: *const RawReader, index: c_uint, facts: *mut StreamFacts) -> c_int;
    pub(super) fn safelight_av_held(reader: *const RawReader, index: c_uint, is_cut: *mut c_int) -> i64;
    pub(super) fn safelight_av_use(reader: *mut RawReader, index: c_uint, is_used: c_int, only_key_frames: c_int);
    pub(super) fn safelight_av_jump(reader: *mut RawReader, byte: i64) -> c_int;
    pub(super) fn safelight_av_read(reader: *mut RawReader, facts: *mut PacketFacts) -> c_int;
    pub(super) fn safelight_av_failed(reader: *const RawReader) -> c_int;

    pub(super) fn safelight_av_decoder(
        reader: *const RawReader,
        index: c_uint,
        threads: c_int,
        one_by_one: c_int,
        why: *mut c_int,
    ) -> *mut RawDecoder;
    pub(super) fn safelight_av_decoder_free(decoder: *mut RawDecoder);
    pub(super) fn safelight_av_send(
        decoder: *mut RawDecoder,
        reader: *const RawReader,
        pts: i64,
        dts: i64,
        duration: i64,
    ) -> c_int;
    pub(super) fn safelight_av_receive(decoder: *mut RawDecoder) -> c_int;
    pub(super) fn safelight_av_take(decoder: *mut RawDecoder) -> *mut RawFrame;
    pub(super) fn safelight_av_sound(decoder: *mut RawDecoder, facts: *mut SoundFacts) -> c_int;

    pub(super) fn safelight_av_frame_free(frame: *mut RawFrame);
    pub(super) fn safelight_av_picture(frame: *const RawFrame, facts: *mut PictureFacts);
    pub(super) fn safelight_av_adapt(frame: *const RawFrame, pixels: *const *const c_char) -> *mut RawFrame;
}
