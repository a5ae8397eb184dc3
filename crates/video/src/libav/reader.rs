//! A file that is taken apart.

use std::ffi::{CString, c_int, c_uint};
use std::fs::File;
use std::os::fd::IntoRawFd as _;
use std::ptr::NonNull;

use super::{AvError, ffi, time, word};
use crate::view::{Eyes, Projection, Sphere, View};

/// The demuxers that may look at a file of a stranger: containers that hold all they show. Playlists, manifests, lists of pictures and
/// devices are not among them.
const DEMUXERS: &str = "mov,matroska,avi,mpegts,mpeg,mpegvideo,asf,flv,ogg,mxf,gxf,dv,rm,nut,nuv,pva,ivf,yuv4mpegpipe,gif,h263,h264,hevc,\
                        vc1,vc1test,m4v,obu,av1,dirac,cavsvideo";

/// What a stream is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Video,
    Audio,
    Other,
}

/// What is known of a file as a whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FileFacts {
    /// libav's words for the container, several with commas between.
    pub(crate) format: String,
    /// Whether its clock may jump.
    pub(crate) may_jump: bool,
    /// Microseconds on its clock.
    pub(crate) start_us: Option<i64>,
    /// Microseconds.
    pub(crate) duration_us: Option<i64>,
}

/// What is known of one stream.
#[expect(clippy::struct_excessive_bools, reason = "facts of which each stands for itself")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StreamFacts {
    pub(crate) kind: Kind,
    /// libav's word; nothing where it does not know the codec.
    pub(crate) codec: Option<String>,
    pub(crate) profile: Option<String>,
    /// The four letters by which the container names the codec.
    pub(crate) tag: String,
    pub(crate) has_decoder: bool,
    pub(crate) is_default: bool,
    /// A cover or another picture that stands still.
    pub(crate) is_still: bool,
    /// Announced, with nothing in it.
    pub(crate) is_empty: bool,
    pub(crate) size: Option<(u32, u32)>,
    pub(crate) aspect: Option<(u32, u32)>,
    /// How it is to be turned, as an MP4 writes it.
    pub(crate) matrix: Option<[i32; 9]>,
    pub(crate) pixels: Option<String>,
    pub(crate) primaries: Option<String>,
    pub(crate) transfer: Option<String>,
    pub(crate) colours: Option<String>,
    pub(crate) is_full_range: bool,
    pub(crate) is_interlaced: bool,
    /// Frames per second.
    pub(crate) rate: Option<(u32, u32)>,
    pub(crate) sample_rate: Option<u32>,
    pub(crate) channels: Option<u32>,
    /// Whether its channels are no loudspeakers, but parts of the sound from all sides.
    pub(crate) is_ambisonic: bool,
    /// Samples of each channel of a packet, where all have as many.
    pub(crate) frame_size: Option<u32>,
    pub(crate) bitrate: Option<u64>,
    pub(crate) start: Option<i64>,
    pub(crate) duration: Option<i64>,
    /// The unit of its times, in seconds.
    pub(crate) time_base: (i64, i64),
    /// By how many frames the order of decoding differs from that of showing.
    pub(crate) delay: u32,
    /// Profile of Dolby Vision, and what else its base layer can be shown as.
    pub(crate) dolby_vision: Option<(u8, u8)>,
    /// How it is to be seen all around, or by two eyes.
    pub(crate) view: View,
    /// What a decoder needs to know before the first packet.
    pub(crate) extra: Vec<u8>,
}

/// A piece of one stream, as long as the next one is not asked for.
#[derive(Debug)]
pub(crate) struct Packet<'a> {
    pub(crate) stream: usize,
    /// In the unit of its stream, as all times here.
    pub(crate) pts: Option<i64>,
    pub(crate) dts: Option<i64>,
    /// 0 where nobody tells.
    pub(crate) duration: i64,
    pub(crate) is_key: bool,
    /// Decoded only for the sake of others: an edit leaves it out.
    pub(crate) is_hidden: bool,
    /// Samples that are not heard, at its beginning and at its end.
    pub(crate) skip: (u32, u32),
    pub(crate) data: &'a [u8],
}

/// A file that is taken apart.
#[derive(Debug)]
pub(crate) struct Reader {
    raw: NonNull<ffi::RawReader>,
}

// SAFETY: libav's structures belong to no thread.
unsafe impl Send for Reader {}

impl Drop for Reader {
    fn drop(&mut self) {
        // SAFETY: it came from `open`, and nobody uses it any more.
        unsafe { ffi::safelight_av_close(self.raw.as_ptr()) }
    }
}

impl Reader {
    /// Looks into a file and at the beginnings of its streams.
    pub(crate) fn open(file: File) -> Result<Self, AvError> {
        let demuxers = CString::new(DEMUXERS).unwrap_or_default();
        let mut why = 0;
        // SAFETY: the descriptor is given away, the text lives longer than the call.
        let raw = unsafe { ffi::safelight_av_open(file.into_raw_fd(), demuxers.as_ptr(), &raw mut why) };
        NonNull::new(raw)
            .map(|raw| Self { raw })
            .ok_or_else(|| AvError::of(why))
    }

    pub(super) const fn as_ptr(&self) -> *const ffi::RawReader {
        self.raw.as_ptr().cast_const()
    }

    /// What is known of the whole.
    pub(crate) fn file(&self) -> (FileFacts, usize) {
        let mut raw = std::mem::MaybeUninit::<ffi::FileFacts>::zeroed();
        // SAFETY: zeros are good values of all fields, and the call writes all of them.
        let raw = unsafe {
            ffi::safelight_av_file(self.as_ptr(), raw.as_mut_ptr());
            raw.assume_init()
        };
        let facts = FileFacts {
            format: word(raw.format).unwrap_or_default(),
            may_jump: raw.may_jump != 0,
            start_us: time(raw.start_us),
            duration_us: time(raw.duration_us).filter(|duration| *duration > 0),
        };
        (facts, usize::try_from(raw.streams).unwrap_or_default())
    }

    /// What is known of a stream.
    pub(crate) fn stream(&self, index: usize) -> Option<StreamFacts> {
        let index = c_uint::try_from(index).ok()?;
        let mut raw = std::mem::MaybeUninit::<ffi::StreamFacts>::zeroed();
        // SAFETY: zeros are good values of all fields.
        let (found, raw) = unsafe {
            let found = ffi::safelight_av_stream(self.as_ptr(), index, raw.as_mut_ptr());
            (found, raw.assume_init())
        };
        (found != 0).then(|| facts(&raw))
    }

    /// Of a container whose index tells where each sample lies: how far a stream reaches in what is there of the file, in the unit of its
    /// times, and whether anything is missing.
    pub(crate) fn held(&self, index: usize) -> Option<(i64, bool)> {
        let index = c_uint::try_from(index).ok()?;
        let mut is_cut = 0;
        // SAFETY: both live longer than the call.
        let end = unsafe { ffi::safelight_av_held(self.as_ptr(), index, &raw mut is_cut) };
        time(end).map(|end| (end, is_cut != 0))
    }

    /// Says what of a stream is wanted: nothing, all, or key frames alone. More may come all the same.
    pub(crate) fn want(&mut self, index: usize, is_used: bool, only_key_frames: bool) {
        let Ok(index) = c_uint::try_from(index) else { return };
        // SAFETY: the reader is alive; the index is looked at by the call.
        unsafe { ffi::safelight_av_use(self.raw.as_ptr(), index, is_used.into(), only_key_frames.into()) }
    }

    /// Goes on near this byte of the file, where the container can be entered anywhere.
    pub(crate) fn jump(&mut self, byte: u64) -> Result<(), AvError> {
        let byte = i64::try_from(byte).unwrap_or(i64::MAX);
        // SAFETY: the reader is alive.
        match unsafe { ffi::safelight_av_jump(self.raw.as_ptr(), byte) } {
            code if code < 0 => Err(AvError::of(code)),
            _ => Ok(()),
        }
    }

    /// The next packet; nothing at the end.
    pub(crate) fn read(&mut self) -> Result<Option<Packet<'_>>, AvError> {
        let mut raw = std::mem::MaybeUninit::<ffi::PacketFacts>::zeroed();
        // SAFETY: zeros are good values of all fields.
        let (result, raw) = unsafe {
            let result = ffi::safelight_av_read(self.raw.as_ptr(), raw.as_mut_ptr());
            (result, raw.assume_init())
        };
        match result {
            1 => Ok(Some(packet(&raw))),
            0 => Ok(None),
            code => Err(AvError::of(code)),
        }
    }

    /// Why the file itself could not be read on, where the end came for this reason.
    pub(crate) fn failed(&self) -> Option<std::io::Error> {
        // SAFETY: the reader is alive.
        let code = unsafe { ffi::safelight_av_failed(self.as_ptr()) };
        (code != 0).then(|| std::io::Error::from_raw_os_error(code))
    }
}

/// The packet lives in the reader, which the caller has borrowed for as long.
fn packet<'a>(raw: &ffi::PacketFacts) -> Packet<'a> {
    let data = if raw.data.is_null() {
        &[][..]
    } else {
        // SAFETY: so many bytes are there until the next call.
        unsafe { std::slice::from_raw_parts(raw.data, raw.length) }
    };
    Packet {
        stream: usize::try_from(raw.stream).unwrap_or(usize::MAX),
        pts: time(raw.pts),
        dts: time(raw.dts),
        duration: raw.duration.max(0),
        is_key: raw.is_key != 0,
        is_hidden: raw.is_hidden != 0,
        skip: (raw.skip_start, raw.skip_end),
        data,
    }
}

fn facts(raw: &ffi::StreamFacts) -> StreamFacts {
    let above_zero = |value: c_int| u32::try_from(value).ok().filter(|value| *value > 0);
    let pair = |n: c_int, d: c_int| Some((above_zero(n)?, above_zero(d)?));
    let byte = |value: c_int| u8::try_from(value).ok();
    let extra = if raw.extra.is_null() {
        Vec::new()
    } else {
        // SAFETY: so many bytes are there as long as the reader.
        unsafe { std::slice::from_raw_parts(raw.extra, raw.extra_length) }.to_vec()
    };
    StreamFacts {
        kind: match raw.kind {
            1 => Kind::Video,
            2 => Kind::Audio,
            _ => Kind::Other,
        },
        codec: word(raw.codec),
        profile: word(raw.profile),
        tag: letters(&raw.tag),
        has_decoder: raw.has_decoder != 0,
        is_default: raw.is_default != 0,
        is_still: raw.is_still != 0,
        is_empty: raw.is_empty != 0,
        size: pair(raw.width, raw.height),
        aspect: pair(raw.aspect_n, raw.aspect_d),
        matrix: (raw.has_matrix != 0).then_some(raw.matrix),
        pixels: word(raw.pixels),
        primaries: word(raw.primaries),
        transfer: word(raw.transfer),
        colours: word(raw.matrix_name),
        is_full_range: raw.is_full_range != 0,
        is_interlaced: raw.is_interlaced != 0,
        rate: pair(raw.rate_n, raw.rate_d),
        sample_rate: above_zero(raw.sample_rate),
        channels: above_zero(raw.channels),
        is_ambisonic: raw.is_ambisonic != 0,
        frame_size: above_zero(raw.frame_size),
        bitrate: u64::try_from(raw.bitrate).ok().filter(|bits| *bits > 0),
        start: time(raw.start),
        duration: time(raw.duration).filter(|duration| *duration > 0),
        time_base: (raw.time_n.max(1).into(), raw.time_d.max(1).into()),
        delay: above_zero(raw.delay).unwrap_or_default(),
        dolby_vision: byte(raw.dovi_profile).zip(byte(raw.dovi_compatibility)),
        view: view(raw),
        extra,
    }
}

fn view(raw: &ffi::StreamFacts) -> View {
    let projection = match raw.projection {
        1 => Some(Projection::Equirectangular { bounds: raw.bounds }),
        2 => Some(Projection::Cubemap { padding: raw.padding }),
        _ => None,
    };
    View {
        sphere: projection.map(|projection| Sphere {
            projection,
            pose: raw.pose,
        }),
        eyes: match raw.stereo {
            1 => Some(Eyes::One),
            2 => Some(Eyes::TopBottom),
            3 => Some(Eyes::LeftRight),
            _ => None,
        },
    }
}

/// Letters up to the first zero; what is none of ASCII is left out.
fn letters(raw: &[std::ffi::c_char]) -> String {
    let bytes = raw.iter().filter_map(|letter| u8::try_from(*letter).ok());
    let shown = bytes.take_while(|byte| *byte != 0).filter(u8::is_ascii_graphic);
    shown.map(char::from).collect()
}
