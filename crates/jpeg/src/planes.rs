//! Reading brightness and colours as the file has them.

use crate::raw::Raw;
use crate::reader::{Damage, ReadError, has_room, size};

/// One of three planes, at the scale asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plane {
    /// Samples of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// How many samples of a row, and how many rows, the picture covers: the last ones of a plane that is shrunk are shared with
    /// nothing.
    pub covered: (f64, f64),
    /// Samples that are written of a row: blocks are whole.
    pub written: u32,
    /// Rows that are written at a time. The last ones may lie below the picture.
    pub rows: u32,
}

/// Room for the next rows of a plane.
#[derive(Debug)]
pub struct Room<'a> {
    /// Where they go.
    pub bytes: &'a mut [u8],
    /// Bytes from a row to the next.
    pub stride: usize,
}

/// A picture of brightness and two colours (YCbCr) that is read from the top down, each plane at its own resolution.
#[derive(Debug)]
pub struct PlaneReader<'a> {
    raw: Raw<'a>,
    width: u32,
    height: u32,
    planes: [Plane; 3],
}

impl<'a> PlaneReader<'a> {
    /// Begins to read the file `bytes` at 1, 1/2, 1/4 or 1/8 of its size (`scale` is 1, 2, 4 or 8); nothing where its colours are
    /// others. A file with more than `most_scans` passes is refused.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn new(bytes: &'a [u8], scale: u32, most_scans: u16) -> Result<Option<Self>, ReadError> {
        let mut raw = Raw::open(bytes, most_scans)?;
        if !raw.has_planes() {
            return Ok(None);
        }
        let (width, height) = raw.start(0, scale)?;
        let planes = [0, 1, 2].map(|number| {
            let plane = raw.plane(number);
            Plane {
                width: plane.width,
                height: plane.height,
                covered: (plane.covered_width, plane.covered_height),
                written: plane.written,
                rows: plane.rows,
            }
        });
        Ok(Some(Self {
            raw,
            width,
            height,
            planes,
        }))
    }

    /// Pixels of a row of the picture, at the scale asked for.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows of the picture, at the scale asked for.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Brightness, blue and red.
    pub const fn planes(&self) -> &[Plane; 3] {
        &self.planes
    }

    /// Reads the next [`Plane::rows`] of each plane.
    ///
    /// # Errors
    /// There is no room for them, or the file has no more.
    pub fn read(&mut self, rooms: &mut [Room<'_>; 3]) -> Result<(), ReadError> {
        for (room, plane) in rooms.iter().zip(&self.planes) {
            if !has_room(room.bytes, room.stride, size(plane.written), plane.rows) {
                return Err(ReadError::NoRoom);
            }
        }
        let strides = rooms.each_ref().map(|room| room.stride);
        let into = rooms.each_mut().map(|room| room.bytes.as_mut_ptr());
        // SAFETY: there is room for the rows of every plane.
        unsafe { self.raw.planes(&into, &strides) }
    }

    /// The worst that was found so far; what cannot be read at all is an error instead.
    pub fn damage(&self) -> Option<Damage> {
        self.raw.damage()
    }
}
