//! GIF: the first frame, laid on its canvas.

use std::io::{Cursor, ErrorKind};

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, MemoryLimit};

use crate::pipeline::error::PictureError;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Size};

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    if bytes.len() < HEAD {
        return Err(PictureError::Truncated("GIF"));
    }
    let mut decoder = open(bytes)?;
    let frame = first_frame(&mut decoder)?;
    let pixels = u64_of(frame.size().pixels());
    let size = frame.canvas(&decoder);
    Ok(Header {
        // The frame beside the canvas.
        decoder_bytes: pixels * 4,
        ..Header::new(Format::Gif, size, Channels::Rgba, bytes)
    })
}

/// Bytes of the signature and the size of the canvas.
const HEAD: usize = 13;

pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let mut decoder = open(bytes)?;
    let frame = first_frame(&mut decoder)?;
    let size = header.size();
    if frame.canvas(&decoder) != size || decoder.buffer_size() != frame.size().pixels() * 4 {
        return Err(PictureError::corrupt("GIF", "its first frame has two sizes"));
    }
    let mut pixels = vec![0; decoder.buffer_size()];
    match decoder.read_into_buffer(&mut pixels) {
        Ok(()) => {}
        // What was not reached stays clear.
        Err(_) if lenient => {}
        Err(error) => return Err(refused(&error)),
    }
    let mut canvas = vec![0; size.pixels() * 4];
    let (left, row) = (usize::from(frame.left) * 4, usize::from(frame.width) * 4);
    let rows = canvas.chunks_exact_mut((usize_of(size.width) * 4).max(1));
    for (into, from) in rows.skip(usize::from(frame.top)).zip(pixels.chunks_exact(row.max(1))) {
        if let Some(into) = into.get_mut(left..left + row) {
            into.copy_from_slice(from);
        }
    }
    Ok(Raster::of_bytes(size, Channels::Rgba, canvas))
}

/// Where the first frame lies on its canvas.
#[derive(Debug, Clone, Copy)]
struct Place {
    left: u16,
    top: u16,
    width: u16,
    height: u16,
}

impl Place {
    fn size(self) -> Size {
        Size {
            width: self.width.into(),
            height: self.height.into(),
        }
    }

    /// The canvas of the file, enlarged where the first frame reaches beyond it: writers that get it wrong mean the frame.
    fn canvas(self, decoder: &GifDecoder<'_>) -> Size {
        Size {
            width: u32::from(decoder.width()).max(u32::from(self.left) + u32::from(self.width)),
            height: u32::from(decoder.height()).max(u32::from(self.top) + u32::from(self.height)),
        }
    }
}

type GifDecoder<'a> = Decoder<Cursor<&'a [u8]>>;

fn first_frame(decoder: &mut GifDecoder<'_>) -> Result<Place, PictureError> {
    let frame = decoder.next_frame_info().map_err(|error| refused(&error))?;
    let frame = frame.ok_or_else(|| PictureError::corrupt("GIF", "it has no frame"))?;
    Ok(Place {
        left: frame.left,
        top: frame.top,
        width: frame.width,
        height: frame.height,
    })
}

/// Room for samples is made by us, when the size of the first frame has been looked at.
fn open(bytes: &[u8]) -> Result<GifDecoder<'_>, PictureError> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::RGBA);
    options.set_memory_limit(MemoryLimit::Unlimited);
    options.read_info(Cursor::new(bytes)).map_err(|error| refused(&error))
}

fn refused(error: &DecodingError) -> PictureError {
    match error {
        DecodingError::UnexpectedEof => PictureError::Truncated("GIF"),
        DecodingError::Io(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("GIF"),
        DecodingError::OutOfMemory => PictureError::internal("decoding GIF", error),
        other => PictureError::corrupt("GIF", other),
    }
}
