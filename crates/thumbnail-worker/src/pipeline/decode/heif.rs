//! HEIC and AVIF by libheif, through its safe binding.

use libheif_rs::{
    ColorPrimaries, ColorProfileNCLX, ColorSpace, DecodingOptions, HeifContext, HeifError, HeifErrorCode,
    HeifErrorSubCode, Image, ImageHandle, LibHeif, RgbChroma, TransferCharacteristics,
};

use super::Decoded;
use crate::pipeline::cicp::{Cicp, Told};
use crate::pipeline::error::PictureError;
use crate::pipeline::limits::Limits;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};

pub(in crate::pipeline) fn header(bytes: &[u8], format: Format, limits: &Limits) -> Result<Header, PictureError> {
    let open = Open::new(bytes, format, limits)?;
    let deep = open.handle.luma_bits_per_pixel() > 8;
    let size = open.size();
    let sample = if deep { 2 } else { 1 };
    Ok(Header {
        sixteen_bit: deep,
        // The planes as decoded, the same turned, and what converting them to colours needs: of three samples each.
        decoder_bytes: u64_of(size.pixels()) * 9 * sample,
        ..Header::new(format, size, open.channels(), bytes)
    })
}

/// Decodes all pixels, cropped and turned as the file says, in the colours the file says.
pub(super) fn decode(bytes: &[u8], header: &Header, limits: &Limits, lenient: bool) -> Result<Decoded, PictureError> {
    let open = Open::new(bytes, header.format, limits)?;
    let refused = |error: HeifError| refusal(header.format, &error);
    let mut options = DecodingOptions::new().ok_or_else(|| PictureError::internal("decoding", "out of memory"))?;
    options.set_strict_decoding(!lenient);
    options.set_num_codec_threads(1);
    let chroma = match (header.sixteen_bit, header.channels.has_alpha()) {
        (false, false) => RgbChroma::Rgb,
        (false, true) => RgbChroma::Rgba,
        (true, false) => RgbChroma::HdrRgbLe,
        (true, true) => RgbChroma::HdrRgbaLe,
    };
    let image = open
        .lib
        .decode(&open.handle, ColorSpace::Rgb(chroma), Some(options))
        .map_err(refused)?;
    let raster = raster(&image, header)?;
    let premultiplied = raster.channels.has_alpha() && open.handle.is_premultiplied_alpha();
    let raster = if premultiplied { raster.unassociated() } else { raster };
    Ok(Decoded::told(raster, open.told()))
}

/// A file whose head has been read.
struct Open<'a> {
    lib: LibHeif,
    /// Must live as long as the handle.
    _context: HeifContext<'a>,
    handle: ImageHandle,
}

impl<'a> Open<'a> {
    fn new(bytes: &'a [u8], format: Format, limits: &Limits) -> Result<Self, PictureError> {
        let refused = |error: HeifError| refusal(format, &error);
        let lib = LibHeif::new();
        let mut context = HeifContext::new().map_err(refused)?;
        let mut bounds = context.security_limits();
        bounds.set_max_image_size_pixels(limits.pixels);
        bounds.set_max_memory_block_size(limits.memory);
        bounds.set_max_total_memory(limits.memory);
        context.set_security_limits(&bounds).map_err(refused)?;
        // One photo per core is the worker's rule.
        context.set_max_decoding_threads(0);
        context.read_bytes(bytes).map_err(refused)?;
        let handle = context.primary_image_handle().map_err(refused)?;
        Ok(Self {
            lib,
            _context: context,
            handle,
        })
    }

    fn size(&self) -> Size {
        Size {
            width: self.handle.width(),
            height: self.handle.height(),
        }
    }

    fn channels(&self) -> Channels {
        if self.handle.has_alpha_channel() {
            Channels::Rgba
        } else {
            Channels::Rgb
        }
    }

    fn told(&self) -> Told {
        Told {
            icc: self.handle.color_profile_raw().map(|profile| profile.data),
            cicp: self.handle.color_profile_nclx().as_ref().map(code_points),
        }
    }
}

/// The code points of a profile; what libheif does not know says nothing.
#[expect(clippy::as_conversions, reason = "the values of these enums are the code points")]
fn code_points(nclx: &ColorProfileNCLX) -> Cicp {
    let unspecified = 2;
    Cicp {
        primaries: match nclx.color_primaries() {
            ColorPrimaries::Unknown => unspecified,
            known => known as u8,
        },
        transfer: match nclx.transfer_characteristics() {
            TransferCharacteristics::Unknown => unspecified,
            known => known as u8,
        },
    }
}

/// The samples without the gaps between rows, those of more than 8 bits stretched to 16.
fn raster(image: &Image, header: &Header) -> Result<Raster, PictureError> {
    let corrupt = |detail| PictureError::corrupt(header.format.name(), detail);
    let plane = image.planes().interleaved;
    let plane = plane.ok_or_else(|| corrupt("no colours came out"))?;
    let size = Size {
        width: plane.width,
        height: plane.height,
    };
    let row = usize_of(size.width) * header.channels.count() * if header.sixteen_bit { 2 } else { 1 };
    let rows = plane.data.chunks(plane.stride.max(1)).take(usize_of(size.height));
    let rows = rows.map(|bytes| bytes.get(..row).unwrap_or(bytes));
    let samples = if header.sixteen_bit {
        let bits = u32::from(plane.bits_per_pixel.clamp(9, 16));
        let stretch = |sample: u16| (sample << (16 - bits)) | (sample >> (2 * bits - 16));
        let pairs = rows.flat_map(|row| row.as_chunks::<2>().0);
        Samples::U16(pairs.map(|&pair| stretch(u16::from_le_bytes(pair))).collect())
    } else {
        Samples::U8(rows.collect::<Vec<_>>().concat())
    };
    let raster = Raster {
        size,
        channels: header.channels,
        samples,
    };
    if size != header.size() {
        return Err(corrupt("the picture has another size than its head says"));
    }
    if raster.is_complete() {
        Ok(raster)
    } else {
        Err(corrupt("fewer samples came out than the pixels need"))
    }
}

/// Whose fault it is.
fn refusal(format: Format, error: &HeifError) -> PictureError {
    let (name, detail) = (format.name(), error.message.clone());
    match (error.code, error.sub_code) {
        (_, HeifErrorSubCode::SecurityLimitExceeded) => PictureError::corrupt(name, detail),
        (HeifErrorCode::MemoryAllocationError, _) => PictureError::internal("decoding", detail),
        (HeifErrorCode::InvalidInput, HeifErrorSubCode::EndOfData) => PictureError::Truncated(name),
        (HeifErrorCode::UnsupportedFeature | HeifErrorCode::UnsupportedFileType, _) => {
            PictureError::Unsupported(format!("{name} of this kind ({detail})"))
        }
        _ => PictureError::corrupt(name, detail),
    }
}
