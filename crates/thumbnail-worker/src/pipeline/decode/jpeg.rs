//! JPEG by libjpeg-turbo, shrunk in the DCT.

use safelight_jpeg::{Channels as Layout, Damage, ReadError, Reader};

use super::{Decoded, Wanted};
use crate::pipeline::container::jpeg::is_adobe;
use crate::pipeline::error::PictureError;
use crate::pipeline::memory;
use crate::pipeline::num::usize_of;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::{Channels, Raster, Size};
use crate::pipeline::resize::{Instructions, Rows, Task, resize_rows};

/// Scans of a progressive JPEG; real ones have about ten, and each costs a pass over all blocks.
const MAX_SCANS: u16 = 500;

/// The whole picture.
pub(super) fn decode(bytes: &[u8], header: &Header, scale: u32, lenient: bool) -> Result<Decoded, PictureError> {
    let mut rows = JpegRows::new(bytes, header, scale, &|| Ok(()))?;
    let size = shrunk(header, scale);
    let stride = usize_of(size.width) * header.channels.count();
    let mut pixels = memory::zeros(stride * usize_of(size.height));
    rows.read(&mut pixels, stride)?;
    rows.check(lenient)?;
    Ok(Decoded {
        raster: Raster::of_bytes(size, header.channels, pixels),
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
    pause: &dyn Fn() -> Result<(), PictureError>,
) -> Result<Raster, PictureError> {
    let mut rows = JpegRows::new(bytes, header, wanted.scale, pause)?;
    let pixels = resize_rows(&mut rows, task(header, wanted.scale, wanted.base), instructions)?;
    rows.check(wanted.reading.lenient)?;
    Ok(Raster::of_bytes(wanted.base, header.channels, pixels))
}

/// What [`decode_shrunk`] has to do.
pub(in crate::pipeline) fn task(header: &Header, scale: u32, base: Size) -> Task {
    Task {
        size: shrunk(header, scale),
        covered: covered(header, scale),
        channels: header.channels.count(),
        to: base,
    }
}

/// The size at which the decoder gives the picture.
pub(in crate::pipeline) const fn shrunk(header: &Header, scale: u32) -> Size {
    Size {
        width: header.width.div_ceil(scale),
        height: header.height.div_ceil(scale),
    }
}

fn covered(header: &Header, scale: u32) -> (f64, f64) {
    let part = |length: u32| f64::from(length) / f64::from(scale);
    (part(header.width), part(header.height))
}

/// The rows of a file.
struct JpegRows<'a> {
    reader: Reader<'a>,
    /// Ink is told the other way round.
    inverted: bool,
    pause: &'a dyn Fn() -> Result<(), PictureError>,
}

impl<'a> JpegRows<'a> {
    fn new(
        bytes: &'a [u8],
        header: &Header,
        scale: u32,
        pause: &'a dyn Fn() -> Result<(), PictureError>,
    ) -> Result<Self, PictureError> {
        let layout = match header.channels {
            Channels::Grey => Layout::Grey,
            Channels::Cmyk => Layout::Cmyk,
            _ => Layout::Rgb,
        };
        let reader = Reader::new(bytes, layout, scale, MAX_SCANS).map_err(|error| failed(&error))?;
        if shrunk(header, scale)
            != (Size {
                width: reader.width(),
                height: reader.height(),
            })
        {
            return Err(PictureError::corrupt("JPEG", "it has two sizes"));
        }
        let inverted = header.channels == Channels::Cmyk && is_adobe(bytes);
        Ok(Self {
            reader,
            inverted,
            pause,
        })
    }

    /// Whether what was read is the picture.
    fn check(&self, lenient: bool) -> Result<(), PictureError> {
        match self.reader.damage() {
            Some(Damage::WrongParts(detail)) if !lenient => Err(PictureError::corrupt("JPEG", detail)),
            Some(Damage::MissingParts(_)) if !lenient => Err(PictureError::Truncated("JPEG")),
            _ => Ok(()),
        }
    }
}

impl Rows for JpegRows<'_> {
    type Error = PictureError;

    fn read(&mut self, rows: &mut [u8], stride: usize) -> Result<(), PictureError> {
        (self.pause)()?;
        let count = u32::try_from(rows.len() / stride.max(1)).unwrap_or(u32::MAX);
        self.reader.read(rows, stride, count).map_err(|error| failed(&error))?;
        if self.inverted {
            rows.iter_mut().for_each(|sample| *sample = !*sample);
        }
        Ok(())
    }
}

fn failed(error: &ReadError) -> PictureError {
    match error {
        ReadError::Unreadable(detail) => PictureError::corrupt("JPEG", detail),
        ReadError::NoMemory | ReadError::NoRoom => PictureError::internal("decoding JPEG", error),
    }
}
