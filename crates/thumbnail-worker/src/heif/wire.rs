//! What worker and child say to each other: a length, a message as JSON, and after some messages bytes.

use std::io::{self, Read, Write};

use bytemuck::cast_slice;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::pipeline::{
    Channels, Cicp, Decoded, Format, Header, Limits, PictureError, Raster, Samples, Size, Told, num,
};

/// The most a message may have, in bytes.
pub(super) const LONGEST: u32 = 1 << 20;

/// The worker hands over a file; its bytes follow.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Ask {
    pub(super) bytes: u64,
    pub(super) pixels: u64,
    /// The most bytes of memory decoding may take.
    pub(super) memory: u64,
    /// Take what can be read of a damaged file.
    pub(super) lenient: bool,
}

impl Ask {
    pub(crate) fn new(bytes: &[u8], limits: &Limits, lenient: bool) -> Self {
        Self {
            bytes: num::u64_of(bytes.len()),
            pixels: limits.pixels,
            memory: limits.memory,
            lenient,
        }
    }
}

/// The worker has made room: decode, and shrink to this.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// The child has read the head.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Upright.
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) alpha: bool,
    pub(super) bits: u8,
}

impl Head {
    pub(super) fn header(&self, format: Format, bytes: &[u8]) -> Header {
        let size = Size {
            width: self.width,
            height: self.height,
        };
        let channels = if self.alpha { Channels::Rgba } else { Channels::Rgb };
        let sample = if self.bits > 8 { 2 } else { 1 };
        Header {
            sixteen_bit: self.bits > 8,
            // The planes as decoded, the same turned, and what converting them to colours needs: of three samples each.
            decoder_bytes: u64::from(self.width) * u64::from(self.height) * 9 * sample,
            ..Header::new(format, size, channels, bytes)
        }
    }
}

/// The child has decoded; the profile and the samples follow.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Done {
    width: u32,
    height: u32,
    alpha: bool,
    sixteen_bit: bool,
    icc: Option<u64>,
    cicp: Option<(u8, u8)>,
}

impl Done {
    /// The message for this picture.
    pub(super) fn of(decoded: &Decoded) -> Self {
        let Size { width, height } = decoded.raster.size;
        let told = decoded.told.as_ref();
        let cicp = told.and_then(|told| told.cicp);
        Self {
            width,
            height,
            alpha: decoded.raster.channels.has_alpha(),
            sixteen_bit: matches!(decoded.raster.samples, Samples::U16(_)),
            icc: told.and_then(|told| Some(num::u64_of(told.icc.as_ref()?.len()))),
            cicp: cicp.map(|cicp| (cicp.primaries, cicp.transfer)),
        }
    }

    /// How many bytes follow; nothing when that is more than `limit`.
    pub(super) fn bytes(&self, limit: u64) -> Option<usize> {
        let pixels = u64::from(self.width) * u64::from(self.height);
        let pixel = u64::from(self.sample_bytes()) * if self.alpha { 4 } else { 3 };
        let bytes = pixels.checked_mul(pixel)?.checked_add(self.icc.unwrap_or_default())?;
        usize::try_from(bytes).ok().filter(|_| bytes <= limit)
    }

    const fn sample_bytes(&self) -> u8 {
        if self.sixteen_bit { 2 } else { 1 }
    }

    /// The picture, from the bytes that followed.
    pub(super) fn decoded(&self, mut bytes: Vec<u8>) -> Decoded {
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
            size: Size {
                width: self.width,
                height: self.height,
            },
            channels: if self.alpha { Channels::Rgba } else { Channels::Rgb },
            samples,
        };
        let cicp = self.cicp.map(|(primaries, transfer)| Cicp { primaries, transfer });
        Decoded::told(raster, Told { icc, cicp })
    }
}

/// The child gives up.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Refusal {
    Truncated,
    Corrupt(String),
    Unsupported(String),
    /// Nothing is wrong with the file.
    Trouble(String),
}

impl Refusal {
    pub(super) fn error(self, format: Format) -> PictureError {
        match self {
            Self::Truncated => PictureError::Truncated(format.name()),
            Self::Corrupt(detail) => PictureError::corrupt(format.name(), detail),
            Self::Unsupported(detail) => {
                PictureError::Unsupported(format!("{} of this kind ({detail})", format.name()))
            }
            Self::Trouble(detail) => PictureError::decoder(format, detail),
        }
    }
}

/// Whatever the child says.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Head(Head),
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
    let length = u32::from_le_bytes(length).min(LONGEST);
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
