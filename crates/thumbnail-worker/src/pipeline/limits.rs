//! What is refused before any work: a file may claim any size, and a decoder would believe it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::error::PictureError;
use super::probe::Header;

/// The bounds of one photo. Each has a variable of its own, named in the refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// `SAFELIGHT_MAX_PICTURE_FILE`: bytes of the file.
    pub file: u64,
    /// `SAFELIGHT_MAX_SIDE`: pixels of the longer side.
    pub side: u32,
    /// `SAFELIGHT_MAX_PIXELS`: width times height.
    pub pixels: u64,
    /// `SAFELIGHT_MAX_PICTURE_MEMORY`: bytes that decoding at the chosen scale may take.
    pub memory: u64,
    /// `SAFELIGHT_MAX_PICTURE_WORK`: processor time that the pictures may take by the estimate of the head, which is made for the
    /// machine of docs/benchmarks.md, so that a file is refused by all machines or by none.
    pub work: Duration,
}

impl Default for Limits {
    /// Room for a 200 MP phone and for stitched panoramas; far below what stops a machine.
    fn default() -> Self {
        Self {
            file: 1 << 30,
            side: 100_000,
            pixels: 500_000_000,
            memory: 2 << 30,
            work: Duration::from_secs(40),
        }
    }
}

impl Limits {
    /// Refuses a file by its length, before it is read.
    ///
    /// # Errors
    /// [`PictureError::Empty`], [`PictureError::FileTooLarge`].
    pub fn check_file(&self, bytes: u64) -> Result<(), PictureError> {
        if bytes == 0 {
            return Err(PictureError::Empty);
        }
        if bytes > self.file {
            return Err(PictureError::FileTooLarge {
                bytes,
                limit: self.file,
            });
        }
        Ok(())
    }

    pub(crate) fn check_picture(&self, header: &Header) -> Result<(), PictureError> {
        let Header { width, height, .. } = *header;
        if width == 0 || height == 0 {
            let name = header.format.name();
            return Err(PictureError::corrupt(name, "it says that it has no pixels"));
        }
        if u64::from(width) * u64::from(height) > self.pixels {
            return Err(PictureError::TooManyPixels {
                width,
                height,
                limit: self.pixels,
            });
        }
        if width.max(height) > self.side {
            return Err(PictureError::SideTooLong {
                width,
                height,
                limit: self.side,
            });
        }
        Ok(())
    }

    pub(crate) fn check_work(&self, work: Duration) -> Result<(), PictureError> {
        if work > self.work {
            return Err(PictureError::TooMuchWork {
                seconds: work.as_secs(),
                limit: self.work.as_secs(),
            });
        }
        Ok(())
    }

    pub(crate) fn check_decoded(&self, bytes: u64) -> Result<(), PictureError> {
        if bytes > self.memory {
            return Err(PictureError::TooMuchMemory {
                bytes,
                limit: self.memory,
            });
        }
        Ok(())
    }
}
