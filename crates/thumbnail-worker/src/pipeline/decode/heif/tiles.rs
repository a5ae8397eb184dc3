//! A picture that is stored in tiles, decoded tile by tile and shrunk at once: no more of it is in memory than a row of tiles.
//!
//! The safe binding has no functions for that, so these are libheif's own.

use std::ffi::{CStr, c_int};
use std::ptr::{self, NonNull};
use std::slice;

use libheif_sys as lh;

use super::bare::Shape;
use crate::pipeline::error::PictureError;
use crate::pipeline::limits::Limits;
use crate::pipeline::num::{u64_of, usize_of};
use crate::pipeline::probe::{Format, Header};
use crate::pipeline::raster::{Channels, Raster, Samples, Size};
use crate::pipeline::resize::{level_of, light_of};

/// How a picture is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tiling {
    columns: u32,
    rows: u32,
    /// Pixels of a tile.
    tile: Size,
}

impl Tiling {
    /// How many tiles there are.
    pub(super) const fn count(self) -> u32 {
        self.columns.saturating_mul(self.rows)
    }

    /// Bytes that are held while a picture of this width is decoded in rows of tiles, with samples of so many bytes.
    pub(super) fn working_memory(self, width: u32, sample: u64) -> u64 {
        let tile = u64_of(self.tile.pixels());
        // A row of tiles, sums of a row, and a tile as it is decoded and converted.
        let band = u64::from(width).saturating_mul(u64::from(self.tile.height) + 8);
        band.saturating_add(tile.saturating_mul(4)).saturating_mul(3 * sample)
    }
}

/// A file that is open for decoding tiles.
pub(super) struct Tiled<'a> {
    handle: Handle,
    tiling: Tiling,
    /// Must live as long as the handle.
    _context: Context<'a>,
}

/// Freed with the value; the bytes that it reads are borrowed.
struct Context<'a>(NonNull<lh::heif_context>, std::marker::PhantomData<&'a [u8]>);

impl Drop for Context<'_> {
    fn drop(&mut self) {
        // SAFETY: allocated by libheif, freed nowhere else.
        unsafe { lh::heif_context_free(self.0.as_ptr()) }
    }
}

struct Handle(NonNull<lh::heif_image_handle>);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: given by libheif to us, released nowhere else.
        unsafe { lh::heif_image_handle_release(self.0.as_ptr()) }
    }
}

/// How tiles are decoded.
struct Options(NonNull<lh::heif_decoding_options>);

impl Options {
    fn new(lenient: bool) -> Result<Self, PictureError> {
        // SAFETY: it takes nothing.
        let options = NonNull::new(unsafe { lh::heif_decoding_options_alloc() });
        let mut options = options.ok_or_else(|| PictureError::internal("decoding", "out of memory"))?;
        // SAFETY: allocated and filled by libheif, and nobody else has it.
        unsafe { options.as_mut() }.strict_decoding = u8::from(!lenient);
        Ok(Self(options))
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        // SAFETY: allocated by libheif, freed nowhere else.
        unsafe { lh::heif_decoding_options_free(self.0.as_ptr()) }
    }
}

struct Tile(NonNull<lh::heif_image>);

impl Drop for Tile {
    fn drop(&mut self) {
        // SAFETY: given by libheif to us, released nowhere else.
        unsafe { lh::heif_image_release(self.0.as_ptr()) }
    }
}

impl<'a> Tiled<'a> {
    /// Opens a file whose primary picture is stored in tiles that cover it; nothing where it is not.
    pub(super) fn open(bytes: &'a [u8], format: Format, limits: &Limits) -> Result<Option<Self>, PictureError> {
        // SAFETY: it takes nothing.
        let context = NonNull::new(unsafe { lh::heif_context_alloc() });
        let context = context.ok_or_else(|| PictureError::internal("decoding", "out of memory"))?;
        let context = Context(context, std::marker::PhantomData);
        let mut handle = ptr::null_mut();
        // SAFETY: the context is there; its limits are its own; the bytes are borrowed for as long as it lives.
        unsafe {
            if let Some(bounds) = lh::heif_context_get_security_limits(context.0.as_ptr()).as_mut() {
                bounds.max_image_size_pixels = limits.pixels;
                bounds.max_memory_block_size = limits.memory;
                bounds.max_total_memory = limits.memory;
                bounds.max_items = super::MOST_ITEMS;
            }
            lh::heif_context_set_max_decoding_threads(context.0.as_ptr(), 0);
            let data = bytes.as_ptr().cast();
            let read =
                lh::heif_context_read_from_memory_without_copy(context.0.as_ptr(), data, bytes.len(), ptr::null());
            check(format, &read)?;
            let found = lh::heif_context_get_primary_image_handle(context.0.as_ptr(), &raw mut handle);
            check(format, &found)?;
        }
        let Some(handle) = NonNull::new(handle).map(Handle) else {
            return Ok(None);
        };
        let tiling = tiling(&handle);
        Ok(tiling.map(|tiling| Self {
            handle,
            tiling,
            _context: context,
        }))
    }

    pub(super) const fn tiling(&self) -> Tiling {
        self.tiling
    }

    /// The shown part at 1/`scale`, not turned. Of a tile that cannot be decoded nothing is shown where that is wanted.
    pub(super) fn shrunk(
        &self,
        header: &Header,
        shape: &Shape,
        scale: u32,
        lenient: bool,
    ) -> Result<Raster, PictureError> {
        let size = Size {
            width: shape.area.size.width.div_ceil(scale),
            height: shape.area.size.height.div_ceil(scale),
        };
        let options = Options::new(lenient)?;
        let unit = if header.sixteen_bit { 1 } else { 257 };
        let mut rows = Shrinking::new(shape, scale, size, unit);
        let width = usize_of(shape.stored.width) * 3;
        let mut band = vec![0_u16; width * usize_of(self.tiling.tile.height)];
        for row in 0..self.tiling.rows {
            for column in 0..self.tiling.columns {
                match self.tile(header, &options, column, row) {
                    Ok(tile) => self.put(&tile, header, column, &mut band, width)?,
                    Err(_) if lenient => {}
                    Err(error) => return Err(error),
                }
            }
            band.chunks_exact(width).for_each(|row| rows.take(row));
            band.fill(0);
        }
        let samples = rows.done();
        Ok(Raster {
            size,
            channels: Channels::Rgb,
            samples: if header.sixteen_bit {
                Samples::U16(samples)
            } else {
                Samples::U8(
                    samples
                        .iter()
                        .map(|&sample| u8::try_from(sample).unwrap_or(u8::MAX))
                        .collect(),
                )
            },
        })
    }

    fn tile(&self, header: &Header, options: &Options, column: u32, row: u32) -> Result<Tile, PictureError> {
        let chroma = if header.sixteen_bit {
            lh::heif_chroma_heif_chroma_interleaved_RRGGBB_LE
        } else {
            lh::heif_chroma_heif_chroma_interleaved_RGB
        };
        let colours = lh::heif_colorspace_heif_colorspace_RGB;
        let mut image = ptr::null_mut();
        // SAFETY: the handle is there, and so are its context and the options.
        let decoded = unsafe {
            let handle = self.handle.0.as_ptr();
            lh::heif_image_handle_decode_image_tile(
                handle,
                &raw mut image,
                colours,
                chroma,
                options.0.as_ptr(),
                column,
                row,
            )
        };
        let tile = NonNull::new(image).map(Tile);
        check(header.format, &decoded)?;
        tile.ok_or_else(|| PictureError::corrupt(header.format.name(), "a tile cannot be decoded"))
    }

    /// Copies what lies within the picture to its place in a row of tiles.
    fn put(
        &self,
        tile: &Tile,
        header: &Header,
        column: u32,
        band: &mut [u16],
        width: usize,
    ) -> Result<(), PictureError> {
        let corrupt = || PictureError::corrupt(header.format.name(), "a tile has another size than its head says");
        let channel = lh::heif_channel_heif_channel_interleaved;
        let mut stride = 0;
        // SAFETY: the image is there.
        let (plane, size, bits) = unsafe {
            let image = tile.0.as_ptr();
            let plane = lh::heif_image_get_plane_readonly2(image, channel, &raw mut stride);
            let size = (
                lh::heif_image_get_width(image, channel),
                lh::heif_image_get_height(image, channel),
            );
            (plane, size, lh::heif_image_get_bits_per_pixel_range(image, channel))
        };
        let expected = |length: u32| c_int::try_from(length).unwrap_or(c_int::MAX);
        let sample = if header.sixteen_bit { 2 } else { 1 };
        let row_bytes = usize_of(self.tiling.tile.width) * 3 * sample;
        if plane.is_null()
            || size != (expected(self.tiling.tile.width), expected(self.tiling.tile.height))
            || stride < row_bytes
        {
            return Err(corrupt());
        }
        let left = usize_of(column) * usize_of(self.tiling.tile.width) * 3;
        let bits = u32::try_from(bits).unwrap_or(8).clamp(9, 16);
        let stretch = |sample: u16| (sample << (16 - bits)) | (sample >> (2 * bits - 16));
        for (index, into) in band.chunks_exact_mut(width).enumerate() {
            let Some(into) = into.get_mut(left..) else {
                return Ok(());
            };
            // SAFETY: the plane has as many rows as the band, each of at least so many bytes, one `stride` from the other.
            let row = unsafe { slice::from_raw_parts(plane.add(index * stride), row_bytes) };
            if header.sixteen_bit {
                let pairs = row.as_chunks::<2>().0.iter();
                for (into, pair) in into.iter_mut().zip(pairs) {
                    *into = stretch(u16::from_le_bytes(*pair));
                }
            } else {
                for (into, sample) in into.iter_mut().zip(row) {
                    *into = u16::from(*sample);
                }
            }
        }
        Ok(())
    }
}

/// The tiles of a picture without transformations; nothing where it is one tile, or they do not cover it.
fn tiling(handle: &Handle) -> Option<Tiling> {
    let mut told = lh::heif_image_tiling {
        version: 1,
        num_columns: 0,
        num_rows: 0,
        tile_width: 0,
        tile_height: 0,
        image_width: 0,
        image_height: 0,
        top_offset: 0,
        left_offset: 0,
        number_of_extra_dimensions: 0,
        extra_dimension_size: [0; 8],
    };
    // SAFETY: the handle is there, and the struct is of the version that it says.
    let (answer, width, height) = unsafe {
        let handle = handle.0.as_ptr();
        (
            lh::heif_image_handle_get_image_tiling(handle, 0, &raw mut told),
            lh::heif_image_handle_get_width(handle),
            lh::heif_image_handle_get_height(handle),
        )
    };
    if answer.code != lh::heif_error_code_heif_error_Ok || told.number_of_extra_dimensions != 0 {
        return None;
    }
    let tiling = Tiling {
        columns: told.num_columns,
        rows: told.num_rows,
        tile: Size {
            width: told.tile_width,
            height: told.tile_height,
        },
    };
    let covers = |count: u32, length: u32, whole: c_int| {
        let whole = u64::try_from(whole).unwrap_or(u64::MAX);
        let (count, length) = (u64::from(count), u64::from(length));
        count > 0 && count * length >= whole && (count - 1) * length < whole
    };
    let is_cut = tiling.columns > 1 || tiling.rows > 1;
    let is_whole = covers(tiling.columns, tiling.tile.width, width) && covers(tiling.rows, tiling.tile.height, height);
    (is_cut && is_whole).then_some(tiling)
}

fn check(format: Format, answer: &lh::heif_error) -> Result<(), PictureError> {
    if answer.code == lh::heif_error_code_heif_error_Ok {
        return Ok(());
    }
    let said = if answer.message.is_null() {
        "libheif does not say why".into()
    } else {
        // SAFETY: a text with an end, which is the library's own.
        unsafe { CStr::from_ptr(answer.message) }.to_string_lossy()
    };
    if answer.subcode == lh::heif_suberror_code_heif_suberror_End_of_data {
        Err(PictureError::Truncated(format.name()))
    } else if answer.code == lh::heif_error_code_heif_error_Memory_allocation_error
        && answer.subcode != lh::heif_suberror_code_heif_suberror_Security_limit_exceeded
    {
        Err(PictureError::internal("decoding", said))
    } else {
        Err(PictureError::corrupt(format.name(), said))
    }
}

/// Rows from the top down, averaged in squares.
struct Shrinking<'a> {
    shape: &'a Shape,
    scale: u32,
    size: Size,
    /// What a sample is in levels of 16 bits.
    unit: u16,
    /// The row of the stored picture that comes next.
    row: u32,
    /// Sums of light.
    sums: Vec<u32>,
    samples: Vec<u16>,
}

impl<'a> Shrinking<'a> {
    fn new(shape: &'a Shape, scale: u32, size: Size, unit: u16) -> Self {
        Self {
            shape,
            scale,
            size,
            unit,
            row: 0,
            sums: vec![0; usize_of(size.width) * 3],
            samples: Vec::with_capacity(size.pixels() * 3),
        }
    }

    /// Takes the next row of the stored picture; those beside the shown part are left out.
    fn take(&mut self, row: &[u16]) {
        let (area, at) = (self.shape.area, self.row);
        self.row += 1;
        let Some(inside) = at.checked_sub(area.top).filter(|inside| *inside < area.size.height) else {
            return;
        };
        let shown = row.get(usize_of(area.left) * 3..).unwrap_or_default();
        let shown = shown.get(..usize_of(area.size.width) * 3).unwrap_or(shown);
        let square = usize_of(self.scale) * 3;
        for (sums, pixels) in self.sums.chunks_exact_mut(3).zip(shown.chunks(square)) {
            for pixel in pixels.as_chunks::<3>().0 {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += u32::from(light_of(sample.saturating_mul(self.unit)));
                }
            }
        }
        let rows = inside % self.scale + 1;
        if rows == self.scale || inside + 1 == area.size.height {
            self.end_row(rows);
        }
    }

    fn end_row(&mut self, rows: u32) {
        let last = self.size.width.saturating_sub(1);
        for (column, sums) in (0..).zip(self.sums.chunks_exact_mut(3)) {
            let columns = if column == last {
                self.shape.area.size.width - last * self.scale
            } else {
                self.scale
            };
            let count = (columns * rows).max(1);
            for sum in sums {
                let light = u16::try_from((*sum + count / 2) / count).unwrap_or(u16::MAX);
                self.samples
                    .push(level_of(light).saturating_add(self.unit / 2) / self.unit);
                *sum = 0;
            }
        }
    }

    fn done(mut self) -> Vec<u16> {
        self.samples.resize(self.size.pixels() * 3, 0);
        self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::super::bare::Area;
    use super::*;
    use crate::pipeline::orient::Orientation;
    use crate::pipeline::testing::reference::{level, light};

    #[test]
    fn rows_are_averaged_in_squares_of_the_part_that_is_shown() {
        let stored = Size { width: 6, height: 5 };
        let shape = Shape {
            stored,
            area: Area {
                left: 1,
                top: 1,
                size: Size { width: 5, height: 3 },
            },
            orientation: Orientation::Upright,
        };
        let size = Size { width: 3, height: 2 };
        let mut rows = Shrinking::new(&shape, 2, size, 257);
        for y in 0..5_u16 {
            let row: Vec<u16> = (0..6_u16).flat_map(|x| [x * 40 + y, 1, 2]).collect();
            rows.take(&row);
        }
        let first: Vec<u16> = rows.done().chunks(3).map(|pixel| pixel[0]).collect();
        // Columns 1+2, 3+4, 5 of rows 1+2, then of row 3: the mean of their light.
        let mean = |levels: &[f64]| {
            let sum: f64 = levels.iter().map(|&of| light(of)).sum();
            level(sum / f64::from(u32::try_from(levels.len()).unwrap()))
        };
        let expected = [
            mean(&[41.0, 81.0, 42.0, 82.0]),
            mean(&[121.0, 161.0, 122.0, 162.0]),
            mean(&[201.0, 202.0]),
            mean(&[43.0, 83.0]),
            mean(&[123.0, 163.0]),
            mean(&[203.0]),
        ];
        for (first, expected) in first.iter().zip(expected) {
            assert!((f64::from(*first) - expected).abs() < 0.6, "{first} {expected}");
        }
    }
}
