//! JPEG XL by jxl-oxide: lossy and lossless, 8 to 32 bits, turned upright by its own header.

use jxl_oxide::image::ExtraChannelType;
use jxl_oxide::{
    AllocTracker, EnumColourEncoding, InitializeResult, JxlImage, PixelFormat, Render, RenderingIntent,
    UninitializedJxlImage,
};

use super::Decoded;
use crate::pipeline::cicp::{Cicp, Told};
use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};

/// The head of a file is looked for in steps of this many bytes.
const STEP: usize = 4096;

/// What a head may allocate: an ICC profile, most of all.
const HEAD_MEMORY: usize = 64 << 20;

/// Bytes per pixel and channel that the decoder holds at its peak: coefficients or samples, the picture before and after its
/// filters, four bytes each.
const PER_SAMPLE: u64 = 12;

type Failure = Box<dyn std::error::Error + Send + Sync>;

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let image = open(bytes, HEAD_MEMORY, true)?;
    let size = Size {
        width: image.width(),
        height: image.height(),
    };
    let channels = channels_of(image.pixel_format());
    let meta = &image.image_header().metadata;
    let planes = 3 + u64::try_from(meta.ec_info.len()).unwrap_or(u64::MAX);
    let pixels = u64::from(size.width) * u64::from(size.height);
    Ok(Header {
        sixteen_bit: meta.bit_depth.bits_per_sample() > 8,
        animated: meta.animation.is_some(),
        decoder_bytes: pixels.saturating_mul(planes.saturating_mul(PER_SAMPLE)),
        ..Header::new(Format::Jxl, size, channels, bytes)
    })
}

/// Ink and transparency together are not shown: the transparency is dropped.
const fn channels_of(format: PixelFormat) -> Channels {
    match format {
        PixelFormat::Gray => Channels::Grey,
        PixelFormat::Graya => Channels::GreyAlpha,
        PixelFormat::Rgb => Channels::Rgb,
        PixelFormat::Rgba => Channels::Rgba,
        PixelFormat::Cmyk | PixelFormat::Cmyka => Channels::Cmyk,
    }
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Decoded, PictureError> {
    let memory = usize::try_from(header.decoder_bytes.saturating_mul(2)).unwrap_or(usize::MAX);
    let mut image = open(bytes, memory.saturating_add(HEAD_MEMORY), false)?;
    let whole = image.num_loaded_keyframes() > 0 && (image.is_loading_done() || header.animated);
    let meta = &image.image_header().metadata;
    if meta.xyb_encoded && !meta.grayscale() && image.rendered_cicp().is_none() {
        // Its colours have no space of their own: they can be had in any, and this one is wide and has a name.
        image.request_color_encoding(EnumColourEncoding::display_p3(RenderingIntent::Relative));
    }
    let render = if whole {
        image.render_frame(0)
    } else if lenient {
        image.render_loading_frame()
    } else {
        return Err(PictureError::Truncated("JXL"));
    };
    let render = render.map_err(|error| refused(&error))?;
    let told = told(&image);
    let raster = samples(&render, header)?;
    let associated = image
        .image_header()
        .metadata
        .ec_info
        .iter()
        .any(|channel| matches!(channel.ty, ExtraChannelType::Alpha { alpha_associated: true }));
    let raster = if associated { raster.unassociated() } else { raster };
    Ok(Decoded::told(raster, told))
}

/// The colours of the samples as they are given out.
fn told(image: &JxlImage) -> Told {
    match image.rendered_cicp() {
        Some([primaries, transfer, _, _]) => Told {
            icc: None,
            cicp: Some(Cicp { primaries, transfer }),
        },
        None => Told {
            icc: Some(
                image
                    .original_icc()
                    .map_or_else(|| image.rendered_icc(), <[u8]>::to_vec),
            ),
            cicp: None,
        },
    }
}

/// Reads the file, or only as much of it as its head.
fn open(bytes: &[u8], memory: usize, only_head: bool) -> Result<JxlImage, PictureError> {
    let tracker = AllocTracker::with_limit(memory);
    let mut reader: UninitializedJxlImage = JxlImage::builder().alloc_tracker(tracker).build_uninit();
    let mut rest = bytes;
    let mut given = 0;
    let mut image = loop {
        given = usize::min(given + STEP, rest.len());
        let used = reader.feed_bytes(rest.get(..given).unwrap_or_default());
        let used = used.map_err(|error| refused(&error))?;
        rest = rest.get(used..).unwrap_or_default();
        match reader.try_init().map_err(|error| refused(&error))? {
            InitializeResult::Initialized(image) => break image,
            InitializeResult::NeedMoreData(_) if rest.is_empty() || (used == 0 && given == rest.len()) => {
                return Err(PictureError::Truncated("JXL"));
            }
            InitializeResult::NeedMoreData(more) => reader = more,
        }
        given = given.saturating_sub(used);
    };
    while !only_head && !rest.is_empty() && !image.is_loading_done() {
        let used = image.feed_bytes(rest).map_err(|error| refused(&error))?;
        if used == 0 {
            break;
        }
        rest = rest.get(used..).unwrap_or_default();
    }
    Ok(image)
}

/// Ink is given as light, so it is turned round.
fn samples(render: &Render, header: &Header) -> Result<Raster, PictureError> {
    let mut stream = if header.channels.has_alpha() {
        render.stream()
    } else {
        render.stream_no_alpha()
    };
    let (size, channels) = (header.size(), header.channels);
    let found = (stream.width(), stream.height(), usize_of(stream.channels()));
    if found != (size.width, size.height, channels.count()) {
        return Err(PictureError::corrupt("JXL", "the picture is not as its head says"));
    }
    let length = size.pixels() * channels.count();
    let samples = if header.sixteen_bit {
        let mut samples = vec![0_u16; length];
        stream.write_to_buffer(&mut samples);
        if channels == Channels::Cmyk {
            for sample in &mut samples {
                *sample = !*sample;
            }
        }
        Samples::U16(samples)
    } else {
        let mut samples = vec![0_u8; length];
        stream.write_to_buffer(&mut samples);
        if channels == Channels::Cmyk {
            for sample in &mut samples {
                *sample = !*sample;
            }
        }
        Samples::U8(samples)
    };
    Ok(Raster {
        size,
        channels,
        samples,
    })
}

fn refused(error: &Failure) -> PictureError {
    let text = error.to_string();
    if text.contains("end of file") || text.contains("unexpected end") || text.contains("incomplete frame") {
        PictureError::Truncated("JXL")
    } else {
        PictureError::corrupt("JXL", text)
    }
}
