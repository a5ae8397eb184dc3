//! WebP by libwebp, boxed by ourselves with profile and XMP.

use std::ptr;

use libwebp_sys as ffi;

use crate::pipeline::container::riff;
use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;
use crate::pipeline::options::Output;
use crate::pipeline::raster::Size;
use crate::pipeline::strip::Carried;

/// libwebp's effort from 0 to 6. 4 is its default and the peer's.
const METHOD: i32 = 4;

/// Bits of the first byte of `VP8X`.
const HAS_ICC: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
const HAS_XMP: u8 = 0x04;

fn failed(detail: impl std::fmt::Display) -> PictureError {
    PictureError::internal("encoding WebP", detail)
}

pub(super) fn encode(
    samples: &[u8],
    size: Size,
    alpha: bool,
    output: Output,
    carried: &Carried,
) -> Result<Vec<u8>, PictureError> {
    let simple = compress(samples, size, alpha, output.quality)?;
    if carried.icc.is_empty() && carried.xmp.is_none() {
        return Ok(simple);
    }
    boxed(&simple, size, carried).ok_or_else(|| failed("the file is larger than 4 GiB"))
}

/// A `WebPPicture` with the memory libwebp gives it, and the writer that collects the file.
struct Encoder {
    picture: ffi::WebPPicture,
    writer: ffi::WebPMemoryWriter,
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: both were initialised by their own functions, and are freed nowhere else.
        unsafe {
            ffi::WebPPictureFree(&raw mut self.picture);
            ffi::WebPMemoryWriterClear(&raw mut self.writer);
        }
    }
}

fn compress(samples: &[u8], size: Size, alpha: bool, quality: u8) -> Result<Vec<u8>, PictureError> {
    let mut config = ffi::WebPConfig::new().map_err(|()| failed("libwebp is of another version"))?;
    config.quality = f32::from(quality.clamp(1, 100));
    config.method = METHOD;
    let channels: u32 = if alpha { 4 } else { 3 };
    let signed = |length: u32| i32::try_from(length).map_err(failed);
    let (width, height, stride) = (
        signed(size.width)?,
        signed(size.height)?,
        signed(size.width * channels)?,
    );
    if samples.len() != size.pixels() * usize_of(channels) {
        return Err(failed("the picture has another length than its size says"));
    }
    let picture = ffi::WebPPicture::new().map_err(|()| failed("libwebp is of another version"))?;
    let writer = ffi::WebPMemoryWriter {
        mem: ptr::null_mut(),
        size: 0,
        max_size: 0,
        pad: [0],
    };
    let mut encoder = Encoder { picture, writer };
    encoder.picture.width = width;
    encoder.picture.height = height;
    encoder.picture.writer = Some(ffi::WebPMemoryWrite);
    // SAFETY: `samples` holds `height` rows of `stride` bytes, checked above, and is only read; the writer lives as long as the
    // picture that points to it and neither moves between here and the end of the block; the memory read at the end is what the
    // writer says it has filled.
    unsafe {
        ffi::WebPMemoryWriterInit(&raw mut encoder.writer);
        encoder.picture.custom_ptr = (&raw mut encoder.writer).cast();
        let import = if alpha {
            ffi::WebPPictureImportRGBA
        } else {
            ffi::WebPPictureImportRGB
        };
        if import(&raw mut encoder.picture, samples.as_ptr(), stride) == 0
            || ffi::WebPEncode(&raw const config, &raw mut encoder.picture) == 0
        {
            return Err(failed(format!("{:?}", encoder.picture.error_code)));
        }
        Ok(std::slice::from_raw_parts(encoder.writer.mem, encoder.writer.size).to_vec())
    }
}

/// The picture's chunks in an extended file with the metadata.
fn boxed(simple: &[u8], size: Size, carried: &Carried) -> Option<Vec<u8>> {
    let picture: Vec<riff::Chunk<'_>> = riff::chunks(simple)
        .filter(|(name, _)| matches!(name, b"ALPH" | b"VP8 " | b"VP8L"))
        .collect();
    let has_alpha = picture.iter().any(|(name, _)| name == b"ALPH");
    let mut flags = if carried.icc.is_empty() { 0 } else { HAS_ICC };
    flags |= if has_alpha { HAS_ALPHA } else { 0 };
    flags |= if carried.xmp.is_some() { HAS_XMP } else { 0 };
    let [w0, w1, w2, _] = (size.width - 1).to_le_bytes();
    let [h0, h1, h2, _] = (size.height - 1).to_le_bytes();
    let extended = [flags, 0, 0, 0, w0, w1, w2, h0, h1, h2];
    let mut chunks: Vec<riff::Chunk<'_>> = vec![(*b"VP8X", &extended)];
    if !carried.icc.is_empty() {
        chunks.push((*b"ICCP", carried.icc));
    }
    chunks.extend(picture);
    if let Some(xmp) = &carried.xmp {
        chunks.push((*b"XMP ", xmp.as_bytes()));
    }
    riff::build(&chunks)
}
