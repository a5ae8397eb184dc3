//! What libav gives, as `GStreamer` takes it: pictures without copying their pixels, sound, and coded packets.

use std::sync::Arc;

use gstreamer::{Buffer, Caps, Fraction, Memory};
use gstreamer_video::{
    VideoBufferFlags, VideoColorMatrix, VideoColorPrimaries, VideoColorRange, VideoColorimetry, VideoFormat,
    VideoFormatInfo, VideoFrameFlags, VideoMeta, VideoTransferFunction,
};

use crate::error::Refusal;
use crate::libav::{Picture, PictureFacts, Sound, StreamFacts};

/// Layouts of pixels that both know, by the words of both.
const LAYOUTS: [(&str, VideoFormat); 48] = [
    ("yuv420p", VideoFormat::I420),
    ("yuvj420p", VideoFormat::I420),
    ("yuv422p", VideoFormat::Y42b),
    ("yuvj422p", VideoFormat::Y42b),
    ("yuv444p", VideoFormat::Y444),
    ("yuvj444p", VideoFormat::Y444),
    ("yuv411p", VideoFormat::Y41b),
    ("yuv410p", VideoFormat::Yuv9),
    ("yuv420p10le", VideoFormat::I42010le),
    ("yuv420p10be", VideoFormat::I42010be),
    ("yuv420p12le", VideoFormat::I42012le),
    ("yuv420p12be", VideoFormat::I42012be),
    ("yuv422p10le", VideoFormat::I42210le),
    ("yuv422p10be", VideoFormat::I42210be),
    ("yuv422p12le", VideoFormat::I42212le),
    ("yuv422p12be", VideoFormat::I42212be),
    ("yuv444p10le", VideoFormat::Y44410le),
    ("yuv444p10be", VideoFormat::Y44410be),
    ("yuv444p12le", VideoFormat::Y44412le),
    ("yuv444p12be", VideoFormat::Y44412be),
    ("yuv444p16le", VideoFormat::Y44416le),
    ("yuva420p", VideoFormat::A420),
    ("yuva420p10le", VideoFormat::A42010le),
    ("yuva422p10le", VideoFormat::A42210le),
    ("yuva444p10le", VideoFormat::A44410le),
    ("yuyv422", VideoFormat::Yuy2),
    ("uyvy422", VideoFormat::Uyvy),
    ("yvyu422", VideoFormat::Yvyu),
    ("nv12", VideoFormat::Nv12),
    ("nv21", VideoFormat::Nv21),
    ("p010le", VideoFormat::P01010le),
    ("gray", VideoFormat::Gray8),
    ("gray16le", VideoFormat::Gray16Le),
    ("gray16be", VideoFormat::Gray16Be),
    ("rgb24", VideoFormat::Rgb),
    ("bgr24", VideoFormat::Bgr),
    ("rgba", VideoFormat::Rgba),
    ("bgra", VideoFormat::Bgra),
    ("argb", VideoFormat::Argb),
    ("abgr", VideoFormat::Abgr),
    ("rgb0", VideoFormat::Rgbx),
    ("bgr0", VideoFormat::Bgrx),
    ("0rgb", VideoFormat::Xrgb),
    ("0bgr", VideoFormat::Xbgr),
    ("gbrp", VideoFormat::Gbr),
    ("gbrap", VideoFormat::Gbra),
    ("gbrp10le", VideoFormat::Gbr10le),
    ("gbrp12le", VideoFormat::Gbr12le),
];

/// The shorter side, in pixels, above which a film that says nothing of its colours is taken for high definition.
const STANDARD: u32 = 576;

fn broken(error: impl std::fmt::Display) -> Refusal {
    Refusal::Broken(error.to_string())
}

/// The colours of a picture: what it says, and for what it does not say what is usual for its size as it is stored. How it is turned for
/// viewing makes no difference.
pub(crate) fn colours(facts: &PictureFacts) -> VideoColorimetry {
    let iso = |value: i32| u32::try_from(value).unwrap_or(2);
    let is_high = facts.width.min(facts.height) > STANDARD;
    let usual = if is_high {
        (
            VideoColorMatrix::Bt709,
            VideoTransferFunction::Bt709,
            VideoColorPrimaries::Bt709,
        )
    } else {
        (
            VideoColorMatrix::Bt601,
            VideoTransferFunction::Bt601,
            VideoColorPrimaries::Smpte170m,
        )
    };
    if facts.is_rgb {
        return VideoColorimetry::new(
            VideoColorRange::Range0_255,
            VideoColorMatrix::Rgb,
            VideoTransferFunction::Srgb,
            VideoColorPrimaries::Bt709,
        );
    }
    let matrix = Some(VideoColorMatrix::from_iso(iso(facts.matrix)));
    let matrix = matrix.filter(|matrix| !matches!(matrix, VideoColorMatrix::Unknown | VideoColorMatrix::Rgb));
    let transfer = Some(VideoTransferFunction::from_iso(iso(facts.transfer)));
    let primaries = Some(VideoColorPrimaries::from_iso(iso(facts.primaries)));
    VideoColorimetry::new(
        if facts.is_full_range || facts.pixels.starts_with("yuvj") {
            VideoColorRange::Range0_255
        } else {
            VideoColorRange::Range16_235
        },
        matrix.unwrap_or(usual.0),
        transfer
            .filter(|transfer| *transfer != VideoTransferFunction::Unknown)
            .unwrap_or(usual.1),
        primaries
            .filter(|primaries| *primaries != VideoColorPrimaries::Unknown)
            .unwrap_or(usual.2),
    )
}

/// A picture of a stream, and what it is.
pub(crate) fn picture(picture: Picture, stream: &StreamFacts) -> Result<(Buffer, Caps), Refusal> {
    let facts = picture.facts();
    let known = layout(&facts.pixels).filter(|_| has_rows_in_order(&picture));
    let (picture, layout) = match known {
        Some(layout) => (picture, layout),
        None => adapted(&picture)?,
    };
    let colours = colours(&PictureFacts {
        width: facts.width,
        height: facts.height,
        ..picture.facts()
    });
    let caps = caps(&facts, layout, &colours, stream);
    let mut buffer = pixels(picture, layout)?;
    if let (true, Some(buffer)) = (facts.is_interlaced, buffer.get_mut()) {
        let mut flags = VideoBufferFlags::INTERLACED;
        if facts.is_top_first {
            flags |= VideoBufferFlags::TFF;
        }
        buffer.set_flags(gstreamer::BufferFlags::from_bits_truncate(flags.bits()));
    }
    Ok((buffer, caps))
}

fn layout(pixels: &str) -> Option<VideoFormat> {
    LAYOUTS
        .iter()
        .find(|(word, _)| *word == pixels)
        .map(|(_, layout)| *layout)
}

/// Some decoders give rows from the bottom to the top.
fn has_rows_in_order(picture: &Picture) -> bool {
    picture.stride(0).is_some()
}

fn adapted(picture: &Picture) -> Result<(Picture, VideoFormat), Refusal> {
    let words = LAYOUTS.map(|(word, _)| word);
    let adapted = picture.adapted(&words);
    let found = adapted.and_then(|picture| {
        let layout = layout(&picture.facts().pixels)?;
        Some((picture, layout))
    });
    found.ok_or_else(|| {
        let pixels = picture.facts().pixels;
        Refusal::NoPicture(format!("pixels of the kind {pixels} cannot be converted"))
    })
}

fn caps(facts: &PictureFacts, layout: VideoFormat, colours: &VideoColorimetry, stream: &StreamFacts) -> Caps {
    let side = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let pair = |(n, d): (u32, u32)| Fraction::new(side(n), side(d));
    let aspect = stream.aspect.or(facts.aspect).unwrap_or((1, 1));
    let rate = stream.rate.filter(|(n, d)| n / d.max(&1) <= 1_000).unwrap_or((0, 1));
    let is_interlaced = stream.is_interlaced || facts.is_interlaced;
    let caps = Caps::builder("video/x-raw")
        .field("format", layout.to_str())
        .field("width", side(facts.width))
        .field("height", side(facts.height))
        .field("pixel-aspect-ratio", pair(aspect))
        .field("framerate", pair(rate))
        .field("colorimetry", colours.to_string())
        .field("interlace-mode", if is_interlaced { "mixed" } else { "progressive" });
    if facts.is_rgb {
        return caps.build();
    }
    // Muxers of VP9 trust it to be there.
    let placed = if facts.pixels.starts_with("yuvj") {
        "jpeg"
    } else {
        "mpeg2"
    };
    caps.field("chroma-site", placed).build()
}

/// The bytes of a plane of a picture that is held for as long.
struct Plane {
    picture: Arc<Picture>,
    index: usize,
    rows: usize,
    row: usize,
}

impl AsRef<[u8]> for Plane {
    fn as_ref(&self) -> &[u8] {
        // That it is there was seen before this was made.
        self.picture.plane(self.index, self.rows, self.row).unwrap_or_default()
    }
}

/// A buffer of the planes of a picture.
fn pixels(picture: Picture, layout: VideoFormat) -> Result<Buffer, Refusal> {
    let facts = picture.facts();
    let about = VideoFormatInfo::from_format(layout);
    let picture = Arc::new(picture);
    let mut buffer = Buffer::new();
    let (mut offsets, mut strides, mut offset) = (Vec::new(), Vec::new(), 0);
    {
        let buffer = buffer.get_mut().ok_or_else(|| broken("a new buffer is shared"))?;
        for plane in 0..usize::try_from(about.n_planes()).unwrap_or_default() {
            let (rows, row) = extent(about, plane, &facts)?;
            let stride = picture
                .stride(plane)
                .ok_or_else(|| broken("a picture without a plane"))?;
            let bytes = Plane {
                picture: Arc::clone(&picture),
                index: plane,
                rows,
                row,
            };
            let length = bytes.as_ref().len();
            if length == 0 {
                return Err(broken("a picture without pixels"));
            }
            buffer.append_memory(Memory::from_slice(bytes));
            offsets.push(offset);
            strides.push(i32::try_from(stride).map_err(broken)?);
            offset += length;
        }
        let flags = VideoFrameFlags::empty();
        VideoMeta::add_full(buffer, flags, layout, facts.width, facts.height, &offsets, &strides).map_err(broken)?;
    }
    Ok(buffer)
}

/// The rows of a plane, and the bytes of a row.
fn extent(about: VideoFormatInfo, plane: usize, facts: &PictureFacts) -> Result<(usize, usize), Refusal> {
    let mut extent = (0, 0);
    let components = about.plane().iter().zip(about.pixel_stride()).enumerate();
    for (component, (of_plane, step)) in components {
        if usize::try_from(*of_plane) != Ok(plane) {
            continue;
        }
        let index = u8::try_from(component).map_err(broken)?;
        let rows = usize::try_from(about.scale_height(index, facts.height)).map_err(broken)?;
        let pixels = usize::try_from(about.scale_width(index, facts.width)).map_err(broken)?;
        let row = pixels.saturating_mul(usize::try_from(*step).map_err(broken)?);
        extent = (rows.max(extent.0), row.max(extent.1));
    }
    Ok(extent)
}

/// What sound of a decoder is.
pub(crate) fn sound_caps(sound: &Sound) -> Caps {
    let number = |value: u32| i32::try_from(value).unwrap_or(i32::MAX);
    let caps = Caps::builder("audio/x-raw")
        .field("format", if cfg!(target_endian = "big") { "F32BE" } else { "F32LE" })
        .field("layout", "interleaved")
        .field("rate", number(sound.rate))
        .field("channels", number(sound.channels));
    // The places of one or two loudspeakers go without saying.
    if sound.channels > 2 {
        caps.field("channel-mask", gstreamer::Bitmask::new(sound.positions))
            .build()
    } else {
        caps.build()
    }
}

/// Samples as bytes.
pub(crate) fn sound(samples: &[f32]) -> Buffer {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
    Buffer::from_mut_slice(bytes)
}
