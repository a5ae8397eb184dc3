//! The child's work: libheif by its safe binding.

use libheif_rs::{
    ColorPrimaries, ColorProfileNCLX, ColorSpace, DecodingOptions, HeifContext, HeifError, HeifErrorCode,
    HeifErrorSubCode, Image, ImageHandle, LibHeif, RgbChroma, TransferCharacteristics,
};

use super::wire::{Ask, Head, Refusal};
use crate::pipeline::num::usize_of;
use crate::pipeline::{Channels, Cicp, Decoded, Raster, Samples, Size, Told};

/// A file whose head has been read.
pub(super) struct Open<'a> {
    lib: LibHeif,
    /// Must live as long as the handle.
    _context: HeifContext<'a>,
    handle: ImageHandle,
    lenient: bool,
}

impl<'a> Open<'a> {
    pub(super) fn new(bytes: &'a [u8], ask: &Ask) -> Result<Self, Refusal> {
        let lib = LibHeif::new();
        let mut context = HeifContext::new().map_err(|error| refusal(&error))?;
        let mut limits = context.security_limits();
        limits.set_max_image_size_pixels(ask.pixels);
        limits.set_max_memory_block_size(ask.memory);
        limits.set_max_total_memory(ask.memory);
        context.set_security_limits(&limits).map_err(|error| refusal(&error))?;
        // One photo per core is the worker's rule.
        context.set_max_decoding_threads(0);
        context.read_bytes(bytes).map_err(|error| refusal(&error))?;
        let handle = context.primary_image_handle().map_err(|error| refusal(&error))?;
        Ok(Self {
            lib,
            _context: context,
            handle,
            lenient: ask.lenient,
        })
    }

    pub(super) fn head(&self) -> Head {
        Head {
            width: self.handle.width(),
            height: self.handle.height(),
            alpha: self.handle.has_alpha_channel(),
            bits: self.handle.luma_bits_per_pixel(),
        }
    }

    /// Decodes all pixels, cropped and turned as the file says, in the colours the file says.
    pub(super) fn decode(&self) -> Result<Decoded, Refusal> {
        let head = self.head();
        let mut options = DecodingOptions::new().ok_or_else(|| Refusal::Trouble("out of memory".into()))?;
        options.set_strict_decoding(!self.lenient);
        options.set_num_codec_threads(1);
        let chroma = match (head.bits > 8, head.alpha) {
            (false, false) => RgbChroma::Rgb,
            (false, true) => RgbChroma::Rgba,
            (true, false) => RgbChroma::HdrRgbLe,
            (true, true) => RgbChroma::HdrRgbaLe,
        };
        let image = self
            .lib
            .decode(&self.handle, ColorSpace::Rgb(chroma), Some(options))
            .map_err(|error| refusal(&error))?;
        let raster = raster(&image, &head)?;
        let premultiplied = head.alpha && self.handle.is_premultiplied_alpha();
        let raster = if premultiplied { raster.unassociated() } else { raster };
        Ok(Decoded::told(raster, self.told()))
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
fn raster(image: &Image, head: &Head) -> Result<Raster, Refusal> {
    let plane = image.planes().interleaved;
    let plane = plane.ok_or_else(|| Refusal::Corrupt("no colours came out".into()))?;
    let size = Size {
        width: plane.width,
        height: plane.height,
    };
    let channels = if head.alpha { Channels::Rgba } else { Channels::Rgb };
    let row = usize_of(size.width) * channels.count() * if head.bits > 8 { 2 } else { 1 };
    let rows = plane.data.chunks(plane.stride.max(1)).take(usize_of(size.height));
    let rows = rows.flat_map(|bytes| bytes.get(..row).unwrap_or(bytes));
    let samples = if head.bits > 8 {
        let bits = u32::from(plane.bits_per_pixel.clamp(9, 16));
        let stretch = |sample: u16| (sample << (16 - bits)) | (sample >> (2 * bits - 16));
        let bytes: Vec<u8> = rows.copied().collect();
        let pairs = bytes.as_chunks::<2>().0;
        Samples::U16(pairs.iter().map(|&pair| stretch(u16::from_le_bytes(pair))).collect())
    } else {
        Samples::U8(rows.copied().collect())
    };
    let raster = Raster {
        size,
        channels,
        samples,
    };
    if (size.width, size.height) != (head.width, head.height) {
        return Err(Refusal::Corrupt(
            "the picture has another size than its head says".into(),
        ));
    }
    if raster.is_complete() {
        Ok(raster)
    } else {
        Err(Refusal::Corrupt("fewer samples came out than the pixels need".into()))
    }
}

/// Whose fault it is.
fn refusal(error: &HeifError) -> Refusal {
    let detail = error.message.clone();
    match (error.code, error.sub_code) {
        (_, HeifErrorSubCode::SecurityLimitExceeded) => Refusal::Corrupt(detail),
        (HeifErrorCode::MemoryAllocationError, _) => Refusal::Trouble(detail),
        (HeifErrorCode::InvalidInput, HeifErrorSubCode::EndOfData) => Refusal::Truncated,
        (HeifErrorCode::UnsupportedFeature | HeifErrorCode::UnsupportedFileType, _) => Refusal::Unsupported(detail),
        _ => Refusal::Corrupt(detail),
    }
}
