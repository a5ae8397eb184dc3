//! What worker and child say to each other: a length, a message as JSON, and after some messages bytes.

use std::io::{self, Read, Write};

use bytemuck::cast_slice;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::pipeline::{
    Channels, Cicp, Decoded, Format, Header, PictureError, Raster, Reading, Samples, Size, Told, num,
};

/// The most a message may have, in bytes.
pub(super) const LONGEST: u32 = 1 << 20;

/// The longest ICC profile taken over a pipe, with the samples.
const LONGEST_PROFILE: u64 = 16 << 20;

/// The worker hands over a file; its bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ask {
    pub(super) bytes: u64,
    pub(super) reading: Reading,
}

/// The worker has made room: decode at 1/`scale` where the format can, shrink to `base`, and apply the gain map if there is `gain`.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) scale: u32,
    pub(super) base: Size,
    pub(super) gain: bool,
}

/// The child has decoded; the profile and the samples follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    size: Size,
    channels: Channels,
    sixteen_bit: bool,
    /// Whether the decoder says anything of the colours.
    is_told: bool,
    icc: Option<u64>,
    cicp: Option<Cicp>,
}

impl Done {
    /// The message for this picture.
    pub(super) fn of(decoded: &Decoded) -> Self {
        let told = decoded.told.as_ref();
        Self {
            size: decoded.raster.size,
            channels: decoded.raster.channels,
            sixteen_bit: matches!(decoded.raster.samples, Samples::U16(_)),
            is_told: told.is_some(),
            icc: told.and_then(|told| Some(num::u64_of(told.icc.as_ref()?.len()))),
            cicp: told.and_then(|told| told.cicp),
        }
    }

    /// How many bytes follow; nothing when the picture is not of the size that was ordered, or its profile is too long.
    pub(super) fn bytes(&self, ordered: Size) -> Option<usize> {
        let profile = self.icc.unwrap_or_default();
        if self.size != ordered || profile > LONGEST_PROFILE {
            return None;
        }
        let pixels = u64::from(self.size.width) * u64::from(self.size.height);
        let pixel = num::u64_of(self.channels.count()) * if self.sixteen_bit { 2 } else { 1 };
        usize::try_from(pixels.checked_mul(pixel)?.checked_add(profile)?).ok()
    }

    /// The picture, from the bytes that followed; nothing where they are too few.
    pub(super) fn decoded(&self, mut bytes: Vec<u8>) -> Option<Decoded> {
        let icc = self.icc.map(|length| {
            let length = usize::try_from(length).unwrap_or_default().min(bytes.len());
            bytes.drain(..length).collect()
        });
        let samples = if self.sixteen_bit {
            let pairs = bytes.as_chunks::<2>().0;
            Samples::U16(pairs.iter().map(|&pair| u16::from_ne_bytes(pair)).collect())
        } else {
            Samples::U8(bytes)
        };
        let raster = Raster {
            size: self.size,
            channels: self.channels,
            samples,
        };
        if !raster.is_complete() {
            return None;
        }
        let told = Told { icc, cicp: self.cicp };
        Some(if self.is_told {
            Decoded::told(raster, told)
        } else {
            Decoded::whole(raster)
        })
    }
}

/// The child gives up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Refusal {
    Truncated,
    Corrupt(String),
    Unsupported(String),
    /// A library gave up in the middle, which the same file would make it do again; the child ends.
    GaveUp(String),
    /// Nothing is wrong with the file.
    Trouble(String),
}

impl Refusal {
    /// What is sent of an error.
    pub(super) fn of(error: &PictureError) -> Self {
        match error {
            PictureError::Truncated(_) => Self::Truncated,
            PictureError::Corrupt { detail, .. } => Self::Corrupt(detail.clone()),
            PictureError::Unsupported(what) => Self::Unsupported(what.clone()),
            other => Self::Trouble(other.to_string()),
        }
    }

    /// Whether the child says nothing after it.
    pub(super) const fn is_last(&self) -> bool {
        matches!(self, Self::GaveUp(_))
    }

    pub(super) fn error(self, format: Format) -> PictureError {
        match self {
            Self::Truncated => PictureError::Truncated(format.name()),
            Self::Corrupt(detail) => PictureError::corrupt(format.name(), detail),
            Self::Unsupported(what) => PictureError::Unsupported(what),
            Self::GaveUp(detail) => PictureError::gave_up(format, detail),
            Self::Trouble(detail) => PictureError::decoder(format, detail),
        }
    }
}

/// Whatever the child says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Head(Header),
    Done(Done),
    Refused(Refusal),
}

/// Every message begins with its length.
pub(super) fn write(out: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    out.write_all(&encode(message)?)
}

pub(super) fn encode(message: &impl Serialize) -> io::Result<Vec<u8>> {
    let text = serde_json::to_vec(message)?;
    let length = u32::try_from(text.len()).map_err(io::Error::other)?;
    Ok([&length.to_le_bytes()[..], &text].concat())
}

/// The next message; nothing when the other side has closed.
pub(super) fn read<M: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<M>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(length);
    if length > LONGEST {
        return Err(io::Error::other("a message longer than any may be"));
    }
    let mut text = vec![0; num::usize_of(length)];
    from.read_exact(&mut text)?;
    Ok(Some(serde_json::from_slice(&text)?))
}

/// The bytes after [`Done`].
pub(super) fn write_picture(out: &mut impl Write, decoded: &Decoded) -> io::Result<()> {
    if let Some(icc) = decoded.told.as_ref().and_then(|told| told.icc.as_ref()) {
        out.write_all(icc)?;
    }
    match &decoded.raster.samples {
        Samples::U8(samples) => out.write_all(samples),
        Samples::U16(samples) => out.write_all(cast_slice(samples)),
    }
}
