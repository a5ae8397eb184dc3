//! GIF: the first frame, laid on its canvas.

use std::io::{Cursor, ErrorKind};
use std::num::NonZeroU64;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};

use crate::pipeline::error::PictureError;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let (width, height) = (bytes.get(6..8), bytes.get(8..10));
    let side = |pair: Option<&[u8]>| Some(u32::from(u16::from_le_bytes(*pair?.first_chunk::<2>()?)));
    let (Some(width), Some(height)) = (side(width), side(height)) else {
        return Err(PictureError::Truncated("GIF"));
    };
    Ok(Header {
        // The frame beside the canvas.
        decoder_bytes: u64::from(width) * u64::from(height) * 4,
        ..Header::new(Format::Gif, Size { width, height }, Channels::Rgba, bytes)
    })
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let mut decoder = open(bytes, header).map_err(|error| refused(&error))?;
    let frame = decoder.next_frame_info().map_err(|error| refused(&error))?;
    let frame = frame.ok_or_else(|| PictureError::corrupt("GIF", "it has no frame"))?;
    let at = |length: u16| usize::from(length);
    let (left, top, width) = (at(frame.left), at(frame.top), at(frame.width));
    // The crate makes room only later, and then looks at its limit.
    if decoder.buffer_size() > header.size().pixels() * 4 {
        return Err(refused(&DecodingError::MemoryLimit));
    }
    let mut pixels = vec![0; decoder.buffer_size()];
    match decoder.read_into_buffer(&mut pixels) {
        Ok(()) => {}
        // What was not reached stays clear.
        Err(_) if lenient => {}
        Err(error) => return Err(refused(&error)),
    }
    let size = header.size();
    let mut canvas = vec![0; size.pixels() * 4];
    let visible = width.min(usize_of(size.width).saturating_sub(left)) * 4;
    if visible > 0 {
        let rows = canvas.chunks_exact_mut(usize_of(size.width) * 4).skip(top);
        for (into, from) in rows.zip(pixels.chunks_exact(width * 4)) {
            if let (Some(into), Some(from)) = (into.get_mut(left * 4..left * 4 + visible), from.get(..visible)) {
                into.copy_from_slice(from);
            }
        }
    }
    Ok(Raster::of_bytes(size, Channels::Rgba, canvas))
}

fn open<'a>(bytes: &'a [u8], header: &Header) -> Result<Decoder<Cursor<&'a [u8]>>, DecodingError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    // A frame larger than its canvas would be an allocation that nobody checked.
    if let Some(limit) = NonZeroU64::new(u64_of(header.size().pixels()) * 4) {
        options.set_memory_limit(MemoryLimit::Bytes(limit));
    }
    options.read_info(Cursor::new(bytes))
}

fn refused(error: &DecodingError) -> PictureError {
    match error {
        DecodingError::UnexpectedEof => PictureError::Truncated("GIF"),
        DecodingError::Io(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("GIF"),
        DecodingError::MemoryLimit => PictureError::corrupt("GIF", "its first frame is larger than its canvas"),
        DecodingError::OutOfMemory => PictureError::internal("decoding GIF", error),
        other => PictureError::corrupt("GIF", other),
    }
}
