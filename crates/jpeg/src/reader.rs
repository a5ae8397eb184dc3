//! Reading.

use crate::raw::Raw;

/// What a pixel is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Brightness alone.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Ink, as the file has it: Adobe's are inverted.
    Cmyk,
}

impl Channels {
    /// Bytes of a pixel.
    pub const fn count(self) -> u8 {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// What libjpeg found wrong with a file that it read all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Damage {
    /// The picture is whole: cameras and editors write such files every day.
    Harmless(String),
    /// Parts of the picture are wrong.
    WrongParts(String),
    /// Parts of the picture are missing, and grey.
    MissingParts(String),
}

/// No picture, or no more of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// libjpeg gave up on the file.
    #[error("{0}")]
    Unreadable(String),
    /// There is no memory for a reader.
    #[error("there is no memory for a JPEG reader")]
    NoMemory,
    /// The buffer is too short for so many rows.
    #[error("there is no room for so many rows")]
    NoRoom,
}

/// A picture that is read from the top down.
#[derive(Debug)]
pub struct Reader<'a> {
    raw: Raw<'a>,
    width: u32,
    height: u32,
    channels: Channels,
}

impl<'a> Reader<'a> {
    /// Begins to read the file `bytes` at 1, 1/2, 1/4 or 1/8 of its size (`scale` is 1, 2, 4 or 8). A file with more than
    /// `most_scans` passes is refused.
    ///
    /// # Errors
    /// The file cannot be read as that.
    pub fn new(bytes: &'a [u8], channels: Channels, scale: u32, most_scans: u16) -> Result<Self, ReadError> {
        let mut raw = Raw::open(bytes, most_scans)?;
        let (width, height) = raw.start(channels.count(), scale)?;
        Ok(Self {
            raw,
            width,
            height,
            channels,
        })
    }

    /// Pixels of a row, at the scale asked for.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows, at the scale asked for.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Reads the next `rows` rows, each to a multiple of `stride` bytes in `into`.
    ///
    /// # Errors
    /// There is no room for them, or the file has no more.
    pub fn read(&mut self, into: &mut [u8], stride: usize, rows: u32) -> Result<(), ReadError> {
        let length = size(self.width).saturating_mul(usize::from(self.channels.count()));
        if !has_room(into, stride, length, rows) {
            return Err(ReadError::NoRoom);
        }
        // SAFETY: there is room for every row.
        unsafe { self.raw.rows(into.as_mut_ptr(), stride, rows) }
    }

    /// The worst that was found so far; what cannot be read at all is an error instead.
    pub fn damage(&self) -> Option<Damage> {
        self.raw.damage()
    }
}

pub(crate) fn size(count: u32) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// Whether so many rows of `length` bytes fit, each a multiple of `stride` from the first.
pub(crate) fn has_room(into: &[u8], stride: usize, length: usize, rows: u32) -> bool {
    let before_last = size(rows).saturating_sub(1).saturating_mul(stride);
    rows == 0 || (stride >= length && into.len() >= before_last.saturating_add(length))
}
