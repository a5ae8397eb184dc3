//! Why a photo has no small pictures, in words for the person who looks at the parked job.

use std::time::Duration;

use super::format::Format;

/// Every way the pipeline can fail. All but [`Cancelled`](PictureError::Cancelled), [`Decoder`](PictureError::Decoder) and
/// [`Internal`](PictureError::Internal) are about the file, so trying again cannot help.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Zero bytes.
    #[error("the file is empty (0 bytes)")]
    Empty,
    /// Nothing known begins like this.
    #[error("the file is not a picture: it is named {name:?} but {looks}")]
    NotAPicture {
        /// Its name, for the extension in it.
        name: String,
        /// What the first bytes look like.
        looks: &'static str,
    },
    /// A format this release has no decoder for.
    #[error("{0} is not read by this release")]
    Unsupported(String),
    /// More bytes than allowed.
    #[error("the file has {bytes} bytes, more than SAFELIGHT_MAX_PICTURE_FILE allows ({limit})")]
    FileTooLarge {
        /// Its length.
        bytes: u64,
        /// The limit, bytes.
        limit: u64,
    },
    /// A side longer than allowed.
    #[error("the picture is {width} x {height} pixels, a side longer than SAFELIGHT_MAX_SIDE allows ({limit})")]
    SideTooLong {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// The limit, pixels.
        limit: u32,
    },
    /// More pixels than allowed.
    #[error("the picture is {width} x {height} pixels, more than SAFELIGHT_MAX_PIXELS allows ({limit})")]
    TooManyPixels {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// The limit, pixels.
        limit: u64,
    },
    /// More memory than allowed, at the scale at which it would be decoded.
    #[error(
        "decoding the picture needs {bytes} bytes of memory, more than SAFELIGHT_MAX_PICTURE_MEMORY allows ({limit})"
    )]
    TooMuchMemory {
        /// The estimate.
        bytes: u64,
        /// The limit, bytes.
        limit: u64,
    },
    /// More processor time than allowed, by the estimate of its head.
    #[error(
        "the pictures of this file take about {seconds} s of processor time, more than SAFELIGHT_MAX_PICTURE_WORK allows ({limit} s)"
    )]
    TooMuchWork {
        /// The estimate, in whole seconds.
        seconds: u64,
        /// The limit, in whole seconds.
        limit: u64,
    },
    /// The file ends before the picture does.
    #[error("the {0} file is truncated: it ends before the picture does")]
    Truncated(&'static str),
    /// The file is damaged in some other way.
    #[error("the {format} file is damaged: {detail}")]
    Corrupt {
        /// JPEG, PNG, ...
        format: &'static str,
        /// What the decoder said.
        detail: String,
    },
    /// A decoder in a process of its own crashed, had no memory, or was kept from its work: this file may be why, or not.
    #[error("the decoder {decoder} failed on this {format} file: it {detail}")]
    Decoder {
        /// Which program.
        decoder: &'static str,
        /// HEIC, AVIF.
        format: &'static str,
        /// How it ended.
        detail: String,
    },
    /// A decoder used all of its time, and would again.
    #[error("the decoder {decoder} is not done with this {format} file within {seconds} s (SAFELIGHT_DECODE_TIMEOUT)")]
    TooSlow {
        /// Which program.
        decoder: &'static str,
        /// HEIC, AVIF.
        format: &'static str,
        /// The limit, in whole seconds.
        seconds: u64,
    },
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// A step failed that should not, whatever the file: out of memory, most likely.
    #[error("{step} failed: {detail}")]
    Internal {
        /// Which step.
        step: &'static str,
        /// What it said.
        detail: String,
    },
}

impl PictureError {
    /// Whether the cause is in the file, so that another try would end the same.
    pub fn is_permanent(&self) -> bool {
        !matches!(self, Self::Cancelled | Self::Decoder { .. } | Self::Internal { .. })
    }

    pub(crate) fn corrupt(format: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Corrupt {
            format,
            detail: detail.to_string(),
        }
    }

    /// A decoder came to a place that its authors held to be impossible, or have not written yet.
    pub(crate) fn gave_up(format: Format, said: impl std::fmt::Display) -> Self {
        Self::corrupt(
            format.name(),
            format_args!("the decoder {} gave up on it ({said})", format.decoder()),
        )
    }

    pub(crate) fn decoder(format: Format, detail: impl std::fmt::Display) -> Self {
        Self::Decoder {
            decoder: format.decoder(),
            format: format.name(),
            detail: detail.to_string(),
        }
    }

    pub(crate) fn too_slow(format: Format, time: Duration) -> Self {
        Self::TooSlow {
            decoder: format.decoder(),
            format: format.name(),
            seconds: time.as_secs(),
        }
    }

    pub(crate) fn internal(step: &'static str, detail: impl std::fmt::Display) -> Self {
        Self::Internal {
            step,
            detail: detail.to_string(),
        }
    }
}
