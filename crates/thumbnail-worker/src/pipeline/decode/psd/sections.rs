//! Where things are in the file.

use crate::pipeline::error::PictureError;
use crate::pipeline::num::usize_of;
use crate::pipeline::raster::Size;

/// The largest side of a PSB; that of a PSD is a tenth.
const LONGEST_SIDE: u32 = 300_000;

/// Resources that are looked at.
const ICC_PROFILE: u16 = 0x040F;
const TRANSPARENT_INDEX: u16 = 0x0417;
const VERSION_INFO: u16 = 0x0421;

/// How colours are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Bitmap,
    Grey,
    Indexed,
    Rgb,
    Cmyk,
    Lab,
}

/// What the sections before the picture say, and the picture.
#[derive(Debug)]
pub(super) struct Sections<'a> {
    pub(super) size: Size,
    /// Channels that are stored.
    pub(super) channels: usize,
    /// Bits of a sample: 1, 8, 16 or 32.
    pub(super) depth: u16,
    pub(super) mode: Mode,
    /// All reds, all greens, all blues of an indexed picture.
    pub(super) palette: &'a [u8],
    /// The index that is transparent.
    pub(super) transparent: Option<u8>,
    pub(super) icc: Option<&'a [u8]>,
    /// The first channel after the colours is the transparency of the flat picture.
    pub(super) has_alpha: bool,
    /// Lengths of rows have four bytes instead of two.
    pub(super) is_large: bool,
    /// How the picture is packed.
    pub(super) compression: u16,
    /// The packed picture.
    pub(super) data: &'a [u8],
}

impl<'a> Sections<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let mut at = Cursor { rest: bytes };
        at.take(4)?;
        let is_large = match at.u16()? {
            1 => false,
            2 => true,
            other => return Err(PictureError::Unsupported(format!("a PSD of version {other}"))),
        };
        at.take(6)?;
        let channels = usize::from(at.u16()?);
        let (height, width) = (at.u32()?, at.u32()?);
        let (depth, mode) = (at.u16()?, mode(at.u16()?)?);
        if width.max(height) > LONGEST_SIDE {
            return Err(corrupt("it says that it is larger than any PSD may be"));
        }
        if !matches!(depth, 1 | 8 | 16 | 32) || (depth == 1) != (mode == Mode::Bitmap) {
            return Err(PictureError::Unsupported(format!("a PSD with {depth} bits per sample")));
        }
        let palette = at.block(false)?;
        let resources = Resources::read(at.block(false)?);
        if resources.is_hollow {
            return Err(PictureError::Unsupported(
                "a PSD that was saved without a flat picture (\"maximize compatibility\" was off)".into(),
            ));
        }
        let has_alpha = has_alpha(at.block(is_large)?, is_large);
        let compression = at.u16()?;
        Ok(Self {
            size: Size { width, height },
            channels,
            depth,
            mode,
            palette,
            transparent: resources.transparent,
            icc: resources.icc,
            has_alpha,
            is_large,
            compression,
            data: at.rest,
        })
    }

    /// Bytes of a row of one channel.
    pub(super) fn row(&self) -> usize {
        let width = usize_of(self.size.width);
        if self.depth == 1 {
            width.div_ceil(8)
        } else {
            width * usize::from(self.depth / 8)
        }
    }
}

fn mode(code: u16) -> Result<Mode, PictureError> {
    Ok(match code {
        0 => Mode::Bitmap,
        // A duotone has the grey that is printed with several inks.
        1 | 8 => Mode::Grey,
        2 => Mode::Indexed,
        3 => Mode::Rgb,
        4 => Mode::Cmyk,
        9 => Mode::Lab,
        7 => return Err(PictureError::Unsupported("a PSD in multichannel mode".into())),
        other => {
            return Err(PictureError::corrupt(
                "PSD",
                format!("it has the unknown colour mode {other}"),
            ));
        }
    })
}

fn corrupt(detail: &str) -> PictureError {
    PictureError::corrupt("PSD", detail)
}

/// A negative count of layers says that the flat picture has a transparency.
fn has_alpha(layers: &[u8], is_large: bool) -> bool {
    let mut at = Cursor { rest: layers };
    let count = at.take(if is_large { 8 } else { 4 }).and_then(|_length| at.u16());
    count.is_ok_and(|count| count & 0x8000 != 0)
}

/// What is of use in the image resources. A damaged one ends the list: nothing in it is needed.
#[derive(Debug, Default)]
struct Resources<'a> {
    icc: Option<&'a [u8]>,
    transparent: Option<u8>,
    /// The flat picture is an empty sheet.
    is_hollow: bool,
}

impl<'a> Resources<'a> {
    fn read(bytes: &'a [u8]) -> Self {
        let mut found = Self::default();
        let mut at = Cursor { rest: bytes };
        while let Ok((id, data)) = resource(&mut at) {
            match id {
                ICC_PROFILE => found.icc = Some(data),
                TRANSPARENT_INDEX => {
                    found.transparent = data.get(1).copied().filter(|_| data.first() == Some(&0));
                }
                // After its version of four bytes.
                VERSION_INFO => found.is_hollow = data.get(4) == Some(&0),
                _ => {}
            }
        }
        found
    }
}

fn resource<'a>(at: &mut Cursor<'a>) -> Result<(u16, &'a [u8]), PictureError> {
    at.take(4)?;
    let id = at.u16()?;
    // A name with its length in front, both together even.
    let name = usize::from(*at.take(1)?.first().unwrap_or(&0));
    at.take(name + usize::from(name.is_multiple_of(2)))?;
    let length = usize_of(at.u32()?);
    let data = at.take(length)?;
    // The padding of the last one may be missing.
    let _ = at.take(length % 2);
    Ok((id, data))
}

/// What has not been read yet.
struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], PictureError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(PictureError::Truncated("PSD"))?;
        self.rest = rest;
        Ok(taken)
    }

    fn number<const N: usize>(&mut self) -> Result<[u8; N], PictureError> {
        let (number, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(PictureError::Truncated("PSD"))?;
        self.rest = rest;
        Ok(*number)
    }

    fn u16(&mut self) -> Result<u16, PictureError> {
        self.number().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, PictureError> {
        self.number().map(u32::from_be_bytes)
    }

    /// Bytes with their length in front, of eight bytes where `is_large`.
    fn block(&mut self, is_large: bool) -> Result<&'a [u8], PictureError> {
        let length = if is_large {
            u64::from_be_bytes(self.number()?)
        } else {
            u64::from(self.u32()?)
        };
        self.take(usize::try_from(length).map_err(|_error| PictureError::Truncated("PSD"))?)
    }
}
