//! From the bytes of an original to its pictures, with room, time and processes for it.

use std::path::PathBuf;

use safelight_core::jobs::JobError;
use tokio_util::sync::CancellationToken;

use crate::config::PictureConfig;
use crate::decoder::{Decoder, Decoders};
use crate::door::{Door, Place, Reservation};
use crate::pipeline::{self, Decoded, Format, Header, PictureError, PictureOptions, Pictures, Prepared, Reading};
use crate::reason::reason;
use crate::source::{self, Source};

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

    /// The pictures of an original, which is called `name`.
    ///
    /// Its bytes count before they are read: as many for the file, and as many again for what is decoded of it, or for the copy that
    /// some libraries make. Only one process ever has them, this one or a decoder. What its head says more takes more, if that is
    /// free; if it is not, the file is read again when it is.
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
        let head = unless(cancel, source.read_at(0, pipeline::LONGEST_SIGNATURE)).await?;
        let format = pipeline::format(&head, name).map_err(|error| reason(&error))?;
        let mut price = length.saturating_mul(2);
        loop {
            let mut reserved = unless(cancel, self.reserve(price)).await?;
            let (prepared, decoder) = unless(cancel, self.open(&mut source, format, name, &options)).await?;
            price = prepared.memory().max(length);
            if !reserved.resize(price) {
                // Who waits for room holds nothing: the file goes, and with it the decoder that has it.
                continue;
            }
            let place = async { reserved.enter().await.ok_or_else(closing) };
            let _place = unless(cancel, place).await?;
            let raster = match decoder {
                Some(decoder) => {
                    let picture = decoder.decode(prepared.scale(), prepared.base(), prepared.has_gain());
                    Some(unless(cancel, picture).await?)
                }
                None => None,
            };
            return render(prepared, raster, options, cancel.clone()).await;
        }
    }

    /// Reads the file and looks at its head: here, or in a child where its format is risky to read.
    async fn open(
        &self,
        source: &mut impl Source,
        format: Format,
        name: &str,
        options: &PictureOptions,
    ) -> Result<(Prepared<Vec<u8>>, Option<Decoder>), JobError> {
        let limits = &self.config.limits;
        if format.is_isolated() {
            let (prepared, decoder) = self.open_apart(source, format, name, options).await?;
            return Ok((prepared, Some(decoder)));
        }
        let bytes = source::read(source).await?;
        let prepared = pipeline::prepare(bytes, name, options, limits).map_err(|error| reason(&error))?;
        Ok((prepared, None))
    }

    /// Has a child read the file. Only the child has it: a decoder tells all that is to be known of it.
    async fn open_apart(
        &self,
        source: &mut impl Source,
        format: Format,
        name: &str,
        options: &PictureOptions,
    ) -> Result<(Prepared<Vec<u8>>, Decoder), JobError> {
        let reading = Reading::new(name, options, &self.config.limits);
        let (decoder, header) = self.decoders.open(source, format, &reading).await?;
        let header = Header {
            file_bytes: source.length(),
            ..header
        };
        let admitted = pipeline::admit(Vec::new(), header, options, reading);
        Ok((admitted.map_err(|error| reason(&error))?, decoder))
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
