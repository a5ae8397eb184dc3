//! From the bytes of an original to its pictures, with room, time and processes for it.

use std::path::PathBuf;

use safelight_core::jobs::JobError;
use tokio_util::sync::CancellationToken;

use crate::config::PictureConfig;
use crate::decoder::{Decoder, Decoders};
use crate::door::Door;
use crate::pipeline::{self, Decoded, Format, PictureError, PictureOptions, Pictures, Prepared, Reading};

/// How much less than others decoding may ask of a busy core.
const NICENESS: i32 = 10;

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

    /// The pictures of the original `bytes`, which is called `name`.
    ///
    /// # Errors
    /// What is wrong with the file is permanent; a decoder that crashed or hung, or `cancel`, is not.
    pub async fn make(
        &self,
        bytes: Vec<u8>,
        name: &str,
        options: PictureOptions,
        cancel: &CancellationToken,
    ) -> Result<Pictures, JobError> {
        let limits = &self.config.limits;
        let format = pipeline::format(&bytes, name).map_err(|error| reason(&error))?;
        if !format.is_isolated() {
            let prepared = pipeline::prepare(bytes, name, &options, limits).map_err(|error| reason(&error))?;
            let _place = unless(cancel, self.enter(prepared.memory())).await?;
            return render(prepared, None, options, cancel.clone()).await;
        }
        let (prepared, decoder) = unless(cancel, self.open(bytes, format, name, &options)).await?;
        let _place = unless(cancel, self.enter(prepared.memory())).await?;
        let work = async {
            decoder
                .decode(prepared.scale(), prepared.base())
                .await
                .map_err(|error| reason(&error))
        };
        let raster = unless(cancel, work).await?;
        render(prepared, Some(raster), options, cancel.clone()).await
    }

    /// Has a child read the head of the file.
    async fn open(
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
    pub(crate) async fn enter(&self, bytes: u64) -> Result<crate::door::Place, JobError> {
        let place = self.door.enter(bytes).await;
        place.ok_or_else(|| JobError::ill("the worker is closing"))
    }
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
