//! How large a picture has to be decoded, and what that costs.

use super::decode::{HALF_SAVES, comes_by_rows, shrunk};
use super::gain;
use super::num::u64_of;
use super::options::PictureOptions;
use super::probe::{Format, Header};
use super::raster::Size;
use super::resize::{Instructions, working_memory};

/// Decoded pictures are at least this many times the size they are then resized to, or the decoder's own filter shows. A JPEG
/// is shrunk block by block: photos bear a margin of 1.3, but fine patterns break up by it.
const MARGIN_OF_BLOCKS: f64 = 2.0;
/// Where neighbouring samples are averaged.
const MARGIN: f64 = 1.3;

/// What is going to be done with one photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The decoder shrinks by this: 1, 2, 4 or 8. Other factors have no fast path.
    pub scale: u32,
    /// The size after the first resize, from which everything else is derived; before orientation.
    pub base: Size,
    /// Bytes held at the peak.
    pub memory: u64,
}

impl Plan {
    /// Chooses the scale for the largest picture asked for.
    pub fn new(header: &Header, options: &PictureOptions) -> Self {
        let full = Size {
            width: header.width,
            height: header.height,
        };
        let base = options
            .outputs()
            .map(|output| output.size.map_or(full, |shorter| full.with_shorter_side(shorter)))
            .max_by_key(|size| size.pixels())
            .unwrap_or(full);
        let scale = match header.format {
            Format::Jpeg if header.lossless => 1,
            // Frames of an animation are put together at full size.
            Format::Webp if header.animated => 1,
            Format::Webp => scale_for(full, base, MARGIN),
            Format::Jpeg => scale_for(full, base, MARGIN_OF_BLOCKS),
            // The picture in it is a JPEG; the sensor's data have 16 bits.
            Format::Raw if !header.sixteen_bit => scale_for(full, base, MARGIN_OF_BLOCKS),
            Format::Raw if header.halves => scale_for(full, base, MARGIN).min(2),
            Format::Heic | Format::Avif if header.in_parts.is_some() => scale_for(full, base, MARGIN_OF_BLOCKS),
            // Half of half of a PNG saves nothing: every pixel has to be inflated and unfiltered. Other decoders cannot shrink.
            _ => 1,
        };
        Self {
            scale,
            base,
            memory: memory(header, scale, base),
        }
    }
}

fn scale_for(full: Size, base: Size, margin: f64) -> u32 {
    let needed = f64::from(base.width.min(base.height)) * margin;
    let shorter = f64::from(full.width.min(full.height));
    [8, 4, 2]
        .into_iter()
        .find(|&scale| shorter / f64::from(scale) >= needed)
        .unwrap_or(1)
}

/// The file, the decoder's own buffers, the decoded picture or the part of it that is there at a time, and three of the base size (resized, intermediate, converted).
fn memory(header: &Header, scale: u32, base: Size) -> u64 {
    let full = u64::from(header.width) * u64::from(header.height);
    let pixel = u64_of(header.channels.count()) * if header.sixteen_bit { 2 } else { 1 };
    let working = match header.format {
        // A progressive JPEG keeps all its coefficients, two bytes each, until the last scan.
        Format::Jpeg if header.progressive => full * u64_of(header.channels.count()) * 2,
        // VP8L keeps all pixels, whatever the scale; an animation has two canvases.
        Format::Webp if header.lossless || header.animated => full * 8,
        Format::Raw if header.halves && scale > 1 => header.decoder_bytes / HALF_SAVES,
        _ => header.in_parts.filter(|_| scale > 1).unwrap_or(header.decoder_bytes),
    };
    let picture = if Instructions::detect().is_some() && comes_by_rows(header, scale, base) {
        working_memory(shrunk(header, scale), header.channels.count(), base)
    } else {
        // Without the instructions it is resized in 16 bits of linear light, beside the 8 that were decoded.
        let copies = if Instructions::detect().is_none() && !header.sixteen_bit {
            3
        } else {
            1
        };
        full * pixel * copies / u64::from(scale * scale)
    };
    header
        .file_bytes
        .saturating_add(working)
        .saturating_add(picture)
        .saturating_add(u64_of(base.pixels()) * pixel.max(3) * 3)
        .saturating_add(of_gain(header, base))
}

/// The map, and at the size of the result what it is and what it makes.
fn of_gain(header: &Header, base: Size) -> u64 {
    match header.gain_bytes {
        0 => 0,
        bytes => bytes.saturating_add(u64_of(base.pixels()) * gain::PER_PIXEL),
    }
}

#[cfg(test)]
mod tests {
    use super::super::raster::Channels;
    use super::*;

    fn header(width: u32, height: u32, format: Format) -> Header {
        Header::new(format, Size { width, height }, Channels::Rgb, &[])
    }

    #[test]
    fn decodes_no_more_than_the_margin_needs() {
        let options = PictureOptions::default();
        let scale = |width, height| Plan::new(&header(width, height, Format::Jpeg), &options).scale;
        assert_eq!(scale(6000, 4000), 1, "2000 is less than twice 1440");
        assert_eq!(scale(8000, 5760), 2);
        assert_eq!(scale(16_000, 11_520), 4);
        assert_eq!(scale(32_000, 23_040), 8);
        assert_eq!(scale(800, 600), 1);
    }

    #[test]
    fn png_is_decoded_whole() {
        assert_eq!(
            Plan::new(&header(20_000, 15_000, Format::Png), &PictureOptions::default()).scale,
            1
        );
    }
}
