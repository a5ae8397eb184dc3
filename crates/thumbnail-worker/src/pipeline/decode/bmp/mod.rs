//! BMP: palettes, run lengths, bit fields, with or without transparency; of Windows and of OS/2.

mod os2;

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind};

use image::codecs::bmp::BmpDecoder;
use image::{ColorType, ImageDecoder as _, ImageError};

use self::os2::Need;
pub(in crate::pipeline) use self::os2::is_array;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::u64_of;
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let file = os2::as_windows(bytes, Need::Head)?;
    // What is written anew is held beside the file, with room for what is packed.
    let is_new = matches!(file, Cow::Owned(_));
    let decoder = open(&file)?;
    let (width, height) = decoder.dimensions();
    let channels = match decoder.color_type() {
        ColorType::Rgba8 => Channels::Rgba,
        _ => Channels::Rgb,
    };
    let size = Size { width, height };
    let unpacked = u64::from(width).saturating_mul(u64::from(height)).saturating_mul(4);
    Ok(Header {
        decoder_bytes: if is_new {
            unpacked.saturating_add(u64_of(bytes.len()))
        } else {
            0
        },
        ..Header::new(Format::Bmp, size, channels, bytes)
    })
}

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let size = header.size();
    let mut pixels = vec![0; size.pixels() * header.channels.count()];
    let file = os2::as_windows(bytes, Need::Samples)?;
    match open(&file)?.read_image(&mut pixels) {
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
