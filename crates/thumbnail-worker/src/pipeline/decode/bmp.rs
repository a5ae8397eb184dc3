//! BMP: palettes, run lengths, bit fields, with or without transparency.

use std::io::{Cursor, ErrorKind};

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder as _, ImageError};

use crate::pipeline::error::PictureError;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let decoder = open(bytes)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        ColorType::Rgba8 => Channels::Rgba,
        _ => Channels::Rgb,
    };
    Ok(Header::new(Format::Bmp, Size { width, height }, channels, bytes))
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let size = header.size();
    let mut pixels = vec![0; size.pixels() * header.channels.count()];
    match open(bytes)?.read_image(&mut pixels) {
        Ok(()) => {}
        // What was not reached stays black.
        Err(_) if lenient => {}
        Err(error) => return Err(refused(error)),
    }
    Ok(Raster::of_bytes(size, header.channels, pixels))
}

fn open(bytes: &[u8]) -> Result<BmpDecoder<Cursor<&[u8]>>, PictureError> {
    BmpDecoder::new(Cursor::new(bytes)).map_err(refused)
}

fn refused(error: ImageError) -> PictureError {
    match error {
        ImageError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("BMP"),
        ImageError::Unsupported(error) => PictureError::Unsupported(format!("a BMP of this kind ({error})")),
        other => PictureError::corrupt("BMP", other),
    }
}
