//! HEIC and AVIF by libheif, through its safe binding.

use libheif_rs::{
    ColorPrimaries, ColorProfileNCLX, ColorSpace, DecodingOptions, HeifContext, HeifError, HeifErrorCode,
    HeifErrorSubCode, Image, ImageHandle, LibHeif, RgbChroma, TransferCharacteristics,
};

mod bare;
mod copy;
mod gain;
mod tiles;

use self::bare::Bare;
pub(in crate::pipeline) use self::gain::decode as gain;
use self::tiles::Tiled;
use super::{Decoded, Wanted};
use crate::pipeline::cicp::{Cicp, Told};
use crate::pipeline::container::heif;
use crate::pipeline::error::PictureError;
use crate::pipeline::limits::Limits;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};

/// Items of a file: tiles, most of all. A phone's 200 megapixels have some eight hundred.
const MOST_ITEMS: u32 = 16_384;

pub(in crate::pipeline) fn header(bytes: &[u8], format: Format, limits: &Limits) -> Result<Header, PictureError> {
    let file = bare::mended(bytes);
    let Some((stored, shape)) = way(&file, format, limits)? else {
        let open = Open::new(&file, format, limits)?;
        let size = open.size();
        return Ok(Header {
            sixteen_bit: open.is_deep(),
            decoder_bytes: open.working_memory(),
            gain_bytes: gain::bytes(&file, &open, size),
            ..Header::new(format, size, open.channels(), bytes).already_turned(heif::orientation(&file))
        });
    };
    let open = Open::new(&stored, format, limits)?;
    let deep = open.is_deep();
    let tiled = Tiled::open(&stored, format, limits)?;
    let in_tiles = tiled.map(|tiled| {
        let tiling = tiled.tiling();
        let memory = tiling.working_memory(shape.stored.width, if deep { 2 } else { 1 });
        (memory, tiling.count())
    });
    Ok(Header {
        sixteen_bit: deep,
        orientation: Some(shape.orientation),
        // What is changed of the file is a copy of it.
        decoder_bytes: open.working_memory().saturating_add(u64_of(bytes.len())),
        in_parts: in_tiles.map(|(memory, _)| memory.saturating_add(u64_of(bytes.len()))),
        pieces: in_tiles.map_or(0, |(_, count)| count),
        gain_bytes: gain::bytes(&stored, &open, shape.stored),
        ..Header::new(format, shape.area.size, open.channels(), bytes)
    })
}

/// The file as libheif is to have it and what is done here then; nothing where libheif does all of it. Transparency is a picture of
/// its own, with transformations of its own.
fn way<'a>(file: &'a [u8], format: Format, limits: &Limits) -> Result<Option<Bare<'a>>, PictureError> {
    let Some((stored, shape)) = bare::bare(file) else {
        return Ok(None);
    };
    let open = Open::new(&stored, format, limits)?;
    let is_simple = !open.handle.has_alpha_channel() && open.size() == shape.stored;
    drop(open);
    Ok(is_simple.then_some((stored, shape)))
}

/// Decodes all pixels in the colours the file says, or at 1/`scale` what is stored in tiles.
pub(super) fn decode(bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Result<Decoded, PictureError> {
    let (scale, limits, lenient) = (wanted.scale, &wanted.reading.limits, wanted.reading.lenient);
    let file = bare::mended(bytes);
    let Some((stored, shape)) = way(&file, header.format, limits)? else {
        let open = Open::new(&file, header.format, limits)?;
        if let Some(copy) = copy::decode(&open, header, None, wanted.base) {
            return Ok(copy);
        }
        let raster = whole(&open, header, header.size(), lenient)?;
        return Ok(Decoded::told(raster, open.told()));
    };
    let open = Open::new(&stored, header.format, limits)?;
    if let Some(copy) = copy::decode(&open, header, Some(&shape), wanted.base) {
        return Ok(copy);
    }
    if scale > 1 {
        let tiled = Tiled::open(&stored, header.format, limits)?;
        let tiled = tiled.ok_or_else(|| PictureError::internal("decoding", "it is not stored in tiles any more"))?;
        let part = |length: u32| f64::from(length) / f64::from(scale);
        return Ok(Decoded {
            covered: (part(header.width), part(header.height)),
            ..Decoded::told(tiled.shrunk(header, &shape, scale, lenient)?, open.told())
        });
    }
    let raster = whole(&open, header, shape.stored, lenient)?;
    let (area, told) = (shape.area, open.told());
    Ok(Decoded::told(raster.cropped(area.left, area.top, area.size), told))
}

/// Decodes all pixels, transformed by libheif as far as the file that it has says.
fn whole(open: &Open<'_>, header: &Header, size: Size, lenient: bool) -> Result<Raster, PictureError> {
    let how = How {
        lenient,
        transformed: true,
    };
    pixels(&open.lib, &open.handle, header, size, how)
}

/// How an item is decoded.
#[derive(Debug, Clone, Copy)]
struct How {
    lenient: bool,
    /// As its properties say; or as it is stored.
    transformed: bool,
}

/// Decodes all pixels of an item.
fn pixels(lib: &LibHeif, handle: &ImageHandle, header: &Header, size: Size, how: How) -> Result<Raster, PictureError> {
    let refused = |error: HeifError| refusal(header.format, &error);
    let mut options = DecodingOptions::new().ok_or_else(|| PictureError::internal("decoding", "out of memory"))?;
    options.set_strict_decoding(!how.lenient);
    options.set_num_codec_threads(1);
    options.set_ignore_transformations(!how.transformed);
    let chroma = match (header.sixteen_bit, header.channels.has_alpha()) {
        (false, false) => RgbChroma::Rgb,
        (false, true) => RgbChroma::Rgba,
        (true, false) => RgbChroma::HdrRgbLe,
        (true, true) => RgbChroma::HdrRgbaLe,
    };
    let image = lib
        .decode(handle, ColorSpace::Rgb(chroma), Some(options))
        .map_err(refused)?;
    let raster = raster(&image, header, size)?;
    let premultiplied = raster.channels.has_alpha() && handle.is_premultiplied_alpha();
    Ok(if premultiplied { raster.unassociated() } else { raster })
}

/// A file whose head has been read.
struct Open<'a> {
    lib: LibHeif,
    /// Must live as long as the handle.
    context: HeifContext<'a>,
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
        bounds.set_max_items(MOST_ITEMS);
        context.set_security_limits(&bounds).map_err(refused)?;
        // One photo per core is the worker's rule.
        context.set_max_decoding_threads(0);
        context.read_bytes(bytes).map_err(refused)?;
        let handle = context.primary_image_handle().map_err(refused)?;
        Ok(Self { lib, context, handle })
    }

    fn size(&self) -> Size {
        Size {
            width: self.handle.width(),
            height: self.handle.height(),
        }
    }

    fn is_deep(&self) -> bool {
        self.handle.luma_bits_per_pixel() > 8
    }

    /// The planes as decoded, the same turned, and what converting them to colours needs: of three samples each.
    fn working_memory(&self) -> u64 {
        u64_of(self.size().pixels()) * 9 * if self.is_deep() { 2 } else { 1 }
    }

    fn channels(&self) -> Channels {
        if self.handle.has_alpha_channel() {
            Channels::Rgba
        } else {
            Channels::Rgb
        }
    }

    fn told(&self) -> Told {
        told(&self.handle)
    }
}

/// What an item says of its colours.
fn told(handle: &ImageHandle) -> Told {
    Told {
        icc: handle.color_profile_raw().map(|profile| profile.data),
        cicp: handle.color_profile_nclx().as_ref().map(code_points),
    }
}

/// The head of an opaque item beside the primary one: as it is stored, or transformed.
fn header_of(handle: &ImageHandle, format: Format, transformed: bool) -> Header {
    let pixels = |length: i32| u32::try_from(length).unwrap_or_default();
    let size = if transformed {
        Size {
            width: handle.width(),
            height: handle.height(),
        }
    } else {
        Size {
            width: pixels(handle.ispe_width()),
            height: pixels(handle.ispe_height()),
        }
    };
    Header {
        sixteen_bit: handle.luma_bits_per_pixel() > 8,
        ..Header::new(format, size, Channels::Rgb, &[])
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
fn raster(image: &Image, header: &Header, expected: Size) -> Result<Raster, PictureError> {
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
    if size != expected {
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
