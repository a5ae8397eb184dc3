//! PNG: every bit depth, palettes, transparency, interlaced or not. Of an animation, the still picture is taken.

use std::borrow::Cow;
use std::io::{Cursor, ErrorKind};

use png::{BitDepth, ColorType, Decoder, DecodingError, Reader, Transformations};

use super::Wanted;
use crate::pipeline::container::png as chunks;
use crate::pipeline::error::PictureError;
use crate::pipeline::memory;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Samples, Size};
use crate::pipeline::resize::{Instructions, Part, Parts, Room, Rows, resize_rows};

fn refused(error: &DecodingError) -> PictureError {
    match error {
        DecodingError::IoError(io) if io.kind() == ErrorKind::UnexpectedEof => PictureError::Truncated("PNG"),
        other => PictureError::corrupt("PNG", other),
    }
}

/// The same of a file whose samples may have no end, which explains the rest.
fn refused_in(bytes: &[u8], error: &DecodingError) -> PictureError {
    if chunks::with_end(bytes).is_some() {
        PictureError::Truncated("PNG")
    } else {
        refused(error)
    }
}

type PngReader<'a> = Reader<Cursor<Cow<'a, [u8]>>>;

/// Of a file that has no end but may have all samples, they are looked for.
fn open(bytes: &[u8]) -> Result<PngReader<'_>, PictureError> {
    let bytes = chunks::with_end(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned);
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND);
    decoder.read_info().map_err(|error| refused(&error))
}

/// The picture at the size that is wanted, resized while it is decoded. `pause` is asked between blocks of rows.
pub(super) fn decode_shrunk(
    bytes: &[u8],
    header: &Header,
    wanted: &Wanted<'_>,
    instructions: Instructions,
    pause: &dyn Fn() -> Result<(), PictureError>,
) -> Result<Raster, PictureError> {
    let reader = open(bytes)?;
    let channels = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Channels::Grey,
        (ColorType::Rgb, BitDepth::Eight) => Channels::Rgb,
        _ => {
            return Err(PictureError::corrupt(
                "PNG",
                "its header says one thing and its chunks another",
            ));
        }
    };
    let covered = (f64::from(header.width), f64::from(header.height));
    let part = Part::of_pixels(header.size(), covered, channels.count());
    let mut rows = PngRows {
        reader,
        bytes,
        row: part.row,
        lenient: wanted.reading.lenient,
        ended: false,
        pause,
    };
    let samples = resize_rows(&mut rows, &Parts::Pixels(channels, part), wanted.base, instructions)?;
    Ok(Raster::of_bytes(wanted.base, channels, samples))
}

struct PngRows<'a> {
    reader: PngReader<'a>,
    /// The file.
    bytes: &'a [u8],
    /// Bytes of a row.
    row: usize,
    lenient: bool,
    /// The file was damaged, and what comes now stays black.
    ended: bool,
    pause: &'a dyn Fn() -> Result<(), PictureError>,
}

impl PngRows<'_> {
    fn next(&mut self, row: &mut [u8]) -> Result<(), PictureError> {
        let read = if self.ended {
            Ok(None)
        } else {
            self.reader.read_row(row)
        };
        match read {
            Ok(Some(_)) => return Ok(()),
            Ok(None) | Err(_) if self.lenient => {}
            Ok(None) => return Err(PictureError::Truncated("PNG")),
            Err(error) => return Err(refused_in(self.bytes, &error)),
        }
        self.ended = true;
        row.fill(0);
        Ok(())
    }
}

impl Rows for PngRows<'_> {
    type Error = PictureError;

    fn read(&mut self, _times: usize, rooms: &mut [Room<'_>]) -> Result<(), PictureError> {
        (self.pause)()?;
        for room in rooms {
            for row in room.bytes.chunks_mut(room.stride) {
                self.next(row.get_mut(..self.row).unwrap_or_default())?;
            }
        }
        Ok(())
    }
}

/// The whole picture.
pub(super) fn decode(bytes: &[u8], header: &Header, lenient: bool) -> Result<Raster, PictureError> {
    let mut reader = open(bytes)?;
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
        Err(error) => return Err(refused_in(bytes, &error)),
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

#[cfg(test)]
mod tests {
    use super::super::{Decoded, comes_by_rows};
    use super::*;
    use crate::pipeline::num::usize_of;
    use crate::pipeline::options::PictureOptions;
    use crate::pipeline::probe::{Reading, probe};
    use crate::pipeline::resize::Shrinker;
    use crate::pipeline::{Limits, testing};

    const SIZE: Size = Size {
        width: 301,
        height: 203,
    };
    const BASE: Size = Size { width: 97, height: 65 };

    fn png_of(colour: ColorType, samples: &[u8], transparent: Option<&[u8]>) -> Vec<u8> {
        testing::png_with(SIZE.width, SIZE.height, samples, |info| {
            info.color_type = colour;
            info.bit_depth = BitDepth::Eight;
            info.trns = transparent.map(|transparent| transparent.to_vec().into());
        })
    }

    fn samples(channels: usize) -> Vec<u8> {
        let photo = testing::photo(SIZE.width, SIZE.height);
        photo.pixels().flat_map(|pixel| pixel.0[..channels].to_vec()).collect()
    }

    fn shrunk(bytes: &[u8], lenient: bool) -> Result<Option<Raster>, PictureError> {
        let options = PictureOptions {
            process_invalid: lenient,
            ..PictureOptions::default()
        };
        let reading = Reading::new("a.png", &options, &Limits::default());
        let wanted = Wanted {
            scale: 1,
            base: BASE,
            reading: &reading,
        };
        super::super::decode_shrunk(bytes, &probe(bytes, &reading)?, &wanted, &|| Ok(()))
    }

    fn whole(bytes: &[u8]) -> Raster {
        let reading = Reading::new("a.png", &PictureOptions::default(), &Limits::default());
        let header = probe(bytes, &reading).unwrap();
        let decoded = Decoded::whole(decode(bytes, &header, false).unwrap());
        Shrinker::new().shrink_decoded(decoded, BASE).unwrap()
    }

    fn bytes_of(raster: &Raster) -> &[u8] {
        let Samples::U8(samples) = &raster.samples else {
            panic!("8 bits stay 8 bits");
        };
        samples
    }

    #[test]
    fn rows_become_what_the_whole_picture_becomes() {
        if Instructions::detect().is_none() {
            eprintln!("SKIPPED: this processor has no instructions for it");
            return;
        }
        for (colour, channels) in [(ColorType::Rgb, 3), (ColorType::Grayscale, 1)] {
            let bytes = png_of(colour, &samples(channels), None);
            let (rows, whole) = (shrunk(&bytes, false).unwrap().unwrap(), whole(&bytes));
            assert_eq!((rows.size, rows.channels), (whole.size, whole.channels));
            let differences = bytes_of(&rows)
                .iter()
                .zip(bytes_of(&whole))
                .map(|(rows, whole)| rows.abs_diff(*whole));
            assert!(differences.clone().all(|difference| difference <= 8), "{colour:?}");
            let sum: usize = differences.map(usize::from).sum();
            assert!(sum < bytes_of(&rows).len(), "{colour:?}");
        }
    }

    #[test]
    fn what_has_alpha_or_more_bits_or_keeps_its_size_comes_whole() {
        let reading = Reading::new("a.png", &PictureOptions::default(), &Limits::default());
        let is_by_rows = |bytes: &[u8], base| comes_by_rows(&probe(bytes, &reading).unwrap(), 1, base);
        let plain = png_of(ColorType::Rgb, &samples(3), None);
        assert!(is_by_rows(&plain, BASE));
        assert!(!is_by_rows(&plain, SIZE));
        let transparent = png_of(ColorType::Rgb, &samples(3), Some(&[0, 1, 0, 2, 0, 3]));
        assert!(!is_by_rows(&transparent, BASE));
    }

    /// Several chunks of samples, of which the last ones may be missing with all that follows.
    #[test]
    fn a_file_without_its_end_is_whole_and_one_without_its_last_samples_is_not() {
        let bytes = png_of(ColorType::Rgb, &samples(3), None);
        let start = bytes.windows(4).position(|name| name == b"IDAT").unwrap() - 4;
        let length = u32::from_be_bytes(*bytes[start..].first_chunk().unwrap());
        let data = &bytes[start + 8..start + 8 + usize_of(length)];
        let chunk = |data: &[u8]| {
            let summed = [b"IDAT", data].concat();
            let length = u32::try_from(data.len()).unwrap().to_be_bytes();
            [&length[..], &summed, &crc32fast::hash(&summed).to_be_bytes()].concat()
        };
        let parts: Vec<Vec<u8>> = data.chunks(data.len() / 4 + 1).map(chunk).collect();
        let (head, all) = (&bytes[..start], parts.concat());
        let file = [head, &all].concat();
        let reading = Reading::new("a.png", &PictureOptions::default(), &Limits::default());
        let whole_picture = |bytes: &[u8]| decode(bytes, &probe(bytes, &reading).unwrap(), false);
        assert_eq!(whole_picture(&file), whole_picture(&bytes));
        assert_eq!(whole_picture(&file[..file.len() - 4]), whole_picture(&bytes));
        let cut = [head, &parts[..3].concat()].concat();
        assert_eq!(whole_picture(&cut), Err(PictureError::Truncated("PNG")));
        if Instructions::detect().is_some() {
            assert_eq!(shrunk(&file, false), shrunk(&bytes, false));
            assert_eq!(shrunk(&cut, false), Err(PictureError::Truncated("PNG")));
        }
    }

    #[test]
    fn a_file_that_ends_early_has_the_rows_before_where_that_is_wanted() {
        if Instructions::detect().is_none() {
            eprintln!("SKIPPED: this processor has no instructions for it");
            return;
        }
        let bytes = png_of(ColorType::Rgb, &samples(3), None);
        let cut = &bytes[..bytes.len() / 2];
        assert_eq!(shrunk(cut, false), Err(PictureError::Truncated("PNG")));
        let (kept, all) = (
            shrunk(cut, true).unwrap().unwrap(),
            shrunk(&bytes, false).unwrap().unwrap(),
        );
        let row = usize_of(BASE.width) * 3;
        assert_eq!(bytes_of(&kept)[..row * 10], bytes_of(&all)[..row * 10]);
        assert!(bytes_of(&kept)[row * 64..].iter().all(|&sample| sample == 0));
    }
}
