//! From the bytes of an original to its pictures, with room, time and processes for it.

use std::path::PathBuf;

use safelight_core::jobs::JobError;
use tokio_util::sync::CancellationToken;

use crate::config::PictureConfig;
use crate::decoder::{Decoder, Decoders};
use crate::door::{Door, Place, Reservation};
use crate::pipeline::{self, Decoded, Format, PictureError, PictureOptions, Pictures, Prepared, Reading};

/// How much less than others decoding may ask of a busy core.
const NICENESS: i32 = 10;

/// An original that is not in memory yet.
pub trait Source: Send {
    /// Its bytes.
    fn length(&self) -> u64;

    /// All of it. It may be asked for again once it was put back.
    fn read(&mut self, cancel: &CancellationToken) -> impl Future<Output = Result<Vec<u8>, JobError>> + Send;

    /// Takes back what was read while there is no room for more.
    fn put_back(&mut self, bytes: Vec<u8>) {
        drop(bytes);
    }
}

/// An original that is in memory already.
impl Source for Vec<u8> {
    fn length(&self) -> u64 {
        pipeline::num::u64_of(self.len())
    }

    async fn read(&mut self, _cancel: &CancellationToken) -> Result<Vec<u8>, JobError> {
        Ok(std::mem::take(self))
    }

    fn put_back(&mut self, bytes: Vec<u8>) {
        *self = bytes;
    }
}

/// Makes pictures, one per core and all within a budget of memory, which clones share.
#[derive(Debug, Clone)]
pub struct Maker {
    config: PictureConfig,
    door: Door,
    decoders: Decoders,
}

impl Maker {
    /// A maker for all jobs of this process. `program` is this program, to be its own child.
    pub fn new(config: PictureConfig, program: PathBuf) -> Self {
        Self {
            config,
            door: Door::new(config.memory),
            decoders: Decoders::new(program, &config),
        }
    }

    /// The pictures of an original, which is called `name`.
    ///
    /// Its bytes count before they are read: as many for the file, and as many again for the copy in a decoder or for what is decoded
    /// of it. What its head says more takes more, if that is free; if it is not, the file is read again when it is.
    ///
    /// # Errors
    /// What is wrong with the file is permanent; a decoder that crashed or hung, or `cancel`, is not.
    pub async fn make(
        &self,
        mut source: impl Source,
        name: &str,
        options: PictureOptions,
        cancel: &CancellationToken,
    ) -> Result<Pictures, JobError> {
        let length = source.length();
        let checked = self.config.limits.check_file(length);
        checked.map_err(|error| reason(&error))?;
        let mut price = length.saturating_mul(2);
        loop {
            let mut reserved = unless(cancel, self.reserve(price)).await?;
            let bytes = source.read(cancel).await?;
            let (prepared, decoder) = unless(cancel, self.open(bytes, name, &options)).await?;
            price = prepared.memory().max(length);
            if !reserved.resize(price) {
                source.put_back(prepared.into_bytes());
                continue;
            }
            // A decoder has its own copy, and tells all that is to be known of the file.
            let prepared = if decoder.is_some() {
                prepared.without_file()
            } else {
                prepared
            };
            let place = async { reserved.enter().await.ok_or_else(closing) };
            let _place = unless(cancel, place).await?;
            let raster = match decoder {
                Some(decoder) => Some(unless(cancel, decode(decoder, &prepared)).await?),
                None => None,
            };
            return render(prepared, raster, options, cancel.clone()).await;
        }
    }

    /// Looks at the head of the file: here, or in a child where its format is risky to read.
    async fn open(
        &self,
        bytes: Vec<u8>,
        name: &str,
        options: &PictureOptions,
    ) -> Result<(Prepared<Vec<u8>>, Option<Decoder>), JobError> {
        let limits = &self.config.limits;
        let format = pipeline::format(&bytes, name).map_err(|error| reason(&error))?;
        if format.is_isolated() {
            let (prepared, decoder) = self.open_apart(bytes, format, name, options).await?;
            return Ok((prepared, Some(decoder)));
        }
        let prepared = pipeline::prepare(bytes, name, options, limits).map_err(|error| reason(&error))?;
        Ok((prepared, None))
    }

    /// Has a child read the head of the file.
    async fn open_apart(
        &self,
        bytes: Vec<u8>,
        format: Format,
        name: &str,
        options: &PictureOptions,
    ) -> Result<(Prepared<Vec<u8>>, Decoder), JobError> {
        let limits = &self.config.limits;
        let opened = async {
            limits.check_file(pipeline::num::u64_of(bytes.len()))?;
            let reading = Reading::new(name, options, limits);
            let (decoder, header) = self.decoders.open(&bytes, format, &reading).await?;
            Ok((pipeline::admit(bytes, header, options, reading)?, decoder))
        };
        opened.await.map_err(|error: PictureError| reason(&error))
    }

    /// Waits for room and a core.
    pub(crate) async fn enter(&self, bytes: u64) -> Result<Place, JobError> {
        self.door.enter(bytes).await.ok_or_else(closing)
    }

    /// Waits for room.
    async fn reserve(&self, bytes: u64) -> Result<Reservation, JobError> {
        self.door.reserve(bytes).await.ok_or_else(closing)
    }
}

fn closing() -> JobError {
    JobError::ill("the worker is closing")
}

async fn decode(decoder: Decoder, prepared: &Prepared<Vec<u8>>) -> Result<Decoded, JobError> {
    let raster = decoder
        .decode(prepared.scale(), prepared.base(), prepared.has_gain())
        .await;
    raster.map_err(|error| reason(&error))
}

/// Does the work unless somebody wants it stopped; a child of it is killed then.
pub(crate) async fn unless<T>(
    cancel: &CancellationToken,
    work: impl Future<Output = Result<T, JobError>>,
) -> Result<T, JobError> {
    tokio::select! {
        done = work => done,
        () = cancel.cancelled() => Err(JobError::Cancelled),
    }
}

/// Runs the pipeline.
async fn render(
    prepared: Prepared<Vec<u8>>,
    decoded: Option<Decoded>,
    options: PictureOptions,
    cancel: CancellationToken,
) -> Result<Pictures, JobError> {
    on_a_thread(move || {
        let cancelled = || cancel.is_cancelled();
        match decoded {
            Some(decoded) => prepared.render_decoded(decoded, &options, &cancelled),
            None => prepared.render(&options, &cancelled),
        }
    })
    .await
}

/// Runs work on a thread of its own that gives way to others.
pub(crate) async fn on_a_thread(
    work: impl FnOnce() -> Result<Pictures, PictureError> + Send + 'static,
) -> Result<Pictures, JobError> {
    let work = tokio::task::spawn_blocking(move || {
        // On Linux this is the priority of the thread, not of the process. Being refused costs manners, not correctness.
        let _ = rustix::process::setpriority_process(None, NICENESS);
        work()
    });
    match work.await {
        Ok(rendered) => rendered.map_err(|error| reason(&error)),
        Err(crash) if crash.is_panic() => Err(JobError::retry("the decoder crashed on this file")),
        Err(_) => Err(JobError::Cancelled),
    }
}

pub(crate) fn reason(error: &PictureError) -> JobError {
    match error {
        PictureError::Cancelled => JobError::Cancelled,
        error if error.is_permanent() => JobError::permanent(plain(&error.to_string())),
        error => JobError::retry(plain(&error.to_string())),
    }
}

/// Characters of a reason that are kept.
const LONGEST_REASON: usize = 1_000;

/// A reason may quote the file: no text of it is endless, and Postgres takes none with zeros in it.
fn plain(reason: &str) -> String {
    let shown = |character: char| if character.is_control() { ' ' } else { character };
    reason.chars().take(LONGEST_REASON).map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_short_and_plain_whatever_the_file_says() {
        let error = PictureError::corrupt("RAW", format!("made by Nobody\0\n{}", "x".repeat(5_000)));
        let JobError::Permanent(told) = reason(&error) else {
            panic!("it is permanent");
        };
        assert_eq!(told.chars().count(), LONGEST_REASON);
        assert!(
            told.starts_with("the RAW file is damaged: made by Nobody  xxx"),
            "{told}"
        );
    }
}
