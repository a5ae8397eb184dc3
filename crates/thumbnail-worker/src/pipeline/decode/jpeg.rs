//! JPEG by libjpeg-turbo, shrunk in the DCT.

use safelight_jpeg::{Channels as Layout, Damage, Plane, PlaneReader, ReadError, Reader, Room as PlaneRoom};

use super::{Decoded, Wanted, shrunk};
use crate::pipeline::container::jpeg::is_adobe;
use crate::pipeline::error::PictureError;
use crate::pipeline::memory;
use crate::pipeline::num::usize_of;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Size};
use crate::pipeline::resize::{Instructions, Part, Parts, Planes, Room, Rows, resize_rows};

/// Scans of a progressive JPEG; real ones have about ten, and each costs a pass over all blocks.
const MAX_SCANS: u16 = 500;

/// Asked between rows: an error ends the decoding.
type Pause<'a> = &'a dyn Fn() -> Result<(), PictureError>;

/// The whole picture.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32, lenient: bool) -> Result<Decoded, PictureError> {
    let mut pixels = Pixels::new(bytes, header, scale, &|| Ok(()))?;
    let size = shrunk(header, scale);
    let stride = usize_of(size.width) * header.channels.count();
    let mut samples = memory::zeros(stride * usize_of(size.height));
    pixels.rows(&mut samples, stride)?;
    check(pixels.reader.damage(), lenient)?;
    Ok(Decoded {
        raster: Raster::of_bytes(size, header.channels, samples),
        covered: covered(header, scale),
        told: None,
    })
}

/// The picture at the size that is wanted, resized while it is decoded. `pause` is asked between blocks of rows.
pub(super) fn decode_shrunk(
    bytes: &[u8],
    header: &Header,
    wanted: &Wanted<'_>,
    instructions: Instructions,
    pause: Pause<'_>,
) -> Result<Raster, PictureError> {
    let (scale, base, lenient) = (wanted.scale, wanted.base, wanted.reading.lenient);
    let planes = if header.channels == Channels::Rgb && !header.lossless {
        PlaneRows::open(bytes, header, scale, pause)?
    } else {
        None
    };
    let samples = if let Some((mut rows, planes)) = planes {
        let samples = resize_rows(&mut rows, &Parts::Planes(planes), base, instructions)?;
        check(rows.reader.damage(), lenient)?;
        samples
    } else {
        let mut pixels = Pixels::new(bytes, header, scale, pause)?;
        let part = Part::of_pixels(shrunk(header, scale), covered(header, scale), header.channels.count());
        let samples = resize_rows(&mut pixels, &Parts::Pixels(header.channels, part), base, instructions)?;
        check(pixels.reader.damage(), lenient)?;
        samples
    };
    Ok(Raster::of_bytes(base, header.channels, samples))
}

fn covered(header: &Header, scale: u32) -> (f64, f64) {
    let part = |length: u32| f64::from(length) / f64::from(scale);
    (part(header.width), part(header.height))
}

const fn part(plane: &Plane) -> Part {
    Part {
        size: Size {
            width: plane.width,
            height: plane.height,
        },
        covered: plane.covered,
        row: usize_of(plane.written),
        rows: usize_of(plane.rows),
    }
}

/// What the head of the file said is what the decoder found.
fn expect(size: Size, header: &Header, scale: u32) -> Result<(), PictureError> {
    if size == shrunk(header, scale) {
        Ok(())
    } else {
        Err(PictureError::corrupt("JPEG", "it has two sizes"))
    }
}

/// Whether what was read is the picture.
fn check(damage: Option<Damage>, lenient: bool) -> Result<(), PictureError> {
    match damage {
        Some(Damage::WrongParts(detail)) if !lenient => Err(PictureError::corrupt("JPEG", detail)),
        Some(Damage::MissingParts(_)) if !lenient => Err(PictureError::Truncated("JPEG")),
        _ => Ok(()),
    }
}

fn failed(error: &ReadError) -> PictureError {
    match error {
        ReadError::Unreadable(detail) => PictureError::corrupt("JPEG", detail),
        ReadError::NoMemory | ReadError::NoRoom => PictureError::internal("decoding JPEG", error),
    }
}

/// A file whose colours libjpeg converts.
struct Pixels<'a> {
    reader: Reader<'a>,
    /// Ink is told the other way round.
    inverted: bool,
    pause: Pause<'a>,
}

impl<'a> Pixels<'a> {
    fn new(bytes: &'a [u8], header: &Header, scale: u32, pause: Pause<'a>) -> Result<Self, PictureError> {
        let layout = match header.channels {
            Channels::Grey => Layout::Grey,
            Channels::Cmyk => Layout::Cmyk,
            _ => Layout::Rgb,
        };
        let reader = Reader::new(bytes, layout, scale, MAX_SCANS).map_err(|error| failed(&error))?;
        let (width, height) = (reader.width(), reader.height());
        expect(Size { width, height }, header, scale)?;
        let inverted = header.channels == Channels::Cmyk && is_adobe(bytes);
        Ok(Self {
            reader,
            inverted,
            pause,
        })
    }

    fn rows(&mut self, rows: &mut [u8], stride: usize) -> Result<(), PictureError> {
        let count = u32::try_from(rows.len() / stride.max(1)).unwrap_or(u32::MAX);
        self.reader.read(rows, stride, count).map_err(|error| failed(&error))?;
        if self.inverted {
            for sample in rows {
                *sample = !*sample;
            }
        }
        Ok(())
    }
}

impl Rows for Pixels<'_> {
    type Error = PictureError;

    fn read(&mut self, _times: usize, rooms: &mut [Room<'_>]) -> Result<(), PictureError> {
        (self.pause)()?;
        rooms.iter_mut().try_for_each(|room| self.rows(room.bytes, room.stride))
    }
}

/// A file whose brightness and colours are resized as they are.
struct PlaneRows<'a> {
    reader: PlaneReader<'a>,
    pause: Pause<'a>,
}

impl<'a> PlaneRows<'a> {
    /// The file and its planes; nothing where it has none that can be resized.
    ///
    /// The DCT shrinks levels, which loses the light of what is fine. So the last halving is left to the resize, where four pixels
    /// share a colour: the decoder has to give no more colours then, only the brightness at twice the size.
    fn open(
        bytes: &'a [u8],
        header: &Header,
        scale: u32,
        pause: Pause<'a>,
    ) -> Result<Option<(Self, Planes)>, PictureError> {
        if scale > 1 {
            let opened = Self::open_at(bytes, header, scale / 2, pause)?;
            let halved = opened.and_then(|(rows, planes)| Some((rows, planes.halved()?)));
            if halved.is_some() {
                return Ok(halved);
            }
        }
        Self::open_at(bytes, header, scale, pause)
    }

    fn open_at(
        bytes: &'a [u8],
        header: &Header,
        scale: u32,
        pause: Pause<'a>,
    ) -> Result<Option<(Self, Planes)>, PictureError> {
        let reader = PlaneReader::new(bytes, scale, MAX_SCANS).map_err(|error| failed(&error))?;
        let Some((reader, planes)) = reader.and_then(|reader| {
            let planes = Planes::new(reader.planes().map(|plane| part(&plane)))?;
            Some((reader, planes))
        }) else {
            return Ok(None);
        };
        let (width, height) = (reader.width(), reader.height());
        expect(Size { width, height }, header, scale)?;
        Ok(Some((Self { reader, pause }, planes)))
    }
}

impl Rows for PlaneRows<'_> {
    type Error = PictureError;

    fn read(&mut self, times: usize, rooms: &mut [Room<'_>]) -> Result<(), PictureError> {
        (self.pause)()?;
        let [brightness, blue, red] = rooms else {
            return Err(PictureError::internal("decoding JPEG", "a plane has no room"));
        };
        let parts = [brightness, blue, red].map(|room| {
            let stride = room.stride;
            let length = room.bytes.len() / times.max(1);
            (room.bytes.chunks_exact_mut(length.max(1)), stride)
        });
        let [mut brightness, mut blue, mut red] = parts;
        for _ in 0..times {
            let next = [&mut brightness, &mut blue, &mut red].map(|(parts, stride)| PlaneRoom {
                bytes: parts.next().unwrap_or_default(),
                stride: *stride,
            });
            self.reader.read(&mut { next }).map_err(|error| failed(&error))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
