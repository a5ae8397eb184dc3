//! PNG: every bit depth, palettes, transparency, interlaced or not. Of an animation, the still picture is taken.

use std::io::{Cursor, ErrorKind};

use png::{BitDepth, ColorType, Decoder, DecodingError, Transformations};

use crate::pipeline::error::PictureError;
use crate::pipeline::memory;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Samples, Size};

fn refused(error: &DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("PNG"),
        other => PictureError::corrupt("PNG", other),
    }
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| refused(&error))?;
    let (colour, depth) = reader.output_color_type();
    let channels = match colour {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Rgb | ColorType::Indexed => Channels::Rgb,
    };
    let size = Size {
        width: header.width,
        height: header.height,
    };
    let length = reader
        .output_buffer_size()
        .ok_or_else(|| PictureError::corrupt("PNG", "it is too large to address"))?;
    let mut buffer = memory::zeros(length);
    match reader.next_frame(&mut buffer) {
        Ok(_) => {}
        // What was not reached stays black, or clear.
        Err(_) if lenient => {}
        Err(error) => return Err(refused(&error)),
    }
    let samples = if depth == BitDepth::Sixteen {
        Samples::U16(
            buffer
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&pair| u16::from_be_bytes(pair))
                .collect(),
        )
    } else {
        Samples::U8(buffer)
    };
    Ok(Raster {
        size,
        channels,
        samples,
    })
}
