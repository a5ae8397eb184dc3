use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use safelight_core::jobs::JobError;
use tokio::time::{Instant, sleep_until};

use super::client::{Broken, Conversation};
use super::wire::{Ask, Order};
use crate::config::PictureConfig;
use crate::pipeline::{Decoded, Format, Header, Limits, PictureError, Reading, Size};
use crate::reason::reason;
use crate::source::Source;

/// Files that one child reads before it is replaced: what a library leaks or keeps goes with the child.
const MOST_FILES: u32 = 200;

/// The children of a worker, as many as files are read at once; cheap to clone.
///
/// A child is started when the first file needs one and then kept, so that a library without such files pays nothing and any
/// other pays once for many files. One that nobody has needed for a while ends.
#[derive(Debug, Clone)]
pub struct Decoders {
    program: PathBuf,
    deadline: Duration,
    limits: Limits,
    patience: Duration,
    idle: Arc<Mutex<Idle>>,
}

/// Children that wait for a file.
#[derive(Debug, Default)]
struct Idle {
    /// Those, and since when; the longest first, and the last is taken first.
    children: Vec<(Conversation, Instant)>,
    /// Whether somebody ends them.
    is_watched: bool,
}

impl Decoders {
    /// Children that run `program`.
    pub fn new(program: PathBuf, config: &PictureConfig) -> Self {
        Self {
            program,
            deadline: config.decode_time,
            limits: config.limits,
            patience: config.decoder_idle,
            idle: Arc::default(),
        }
    }

    /// Has a child read a file and its head. Dropping the future or the decoder kills the child.
    pub(crate) async fn open(
        &self,
        source: &mut impl Source,
        format: Format,
        reading: &Reading,
    ) -> Result<(Decoder, Header), JobError> {
        let ask = Ask {
            bytes: source.length(),
            reading: reading.clone(),
        };
        // A child that was kept may have ended while nobody looked, or be about to: that says nothing about this file.
        if let Some(mut kept) = self.kept() {
            match kept.ask(&ask, source, self.deadline).await {
                Err(Broken::Closed(_)) => {}
                answer => return self.answered(kept, answer, format).await,
            }
        }
        let started = Conversation::start(&self.program, &self.limits).await;
        let mut child = started.map_err(|error| reason(&PictureError::internal("starting a decoder", error)))?;
        let answer = child.ask(&ask, source, self.deadline).await;
        self.answered(child, answer, format).await
    }

    fn kept(&self) -> Option<Conversation> {
        let (kept, _) = lock(&self.idle).children.pop()?;
        kept.alive()
    }

    async fn answered(
        &self,
        child: Conversation,
        answer: Result<Header, Broken>,
        format: Format,
    ) -> Result<(Decoder, Header), JobError> {
        match answer {
            // What is named like a raw file may turn out to be a plain TIFF.
            Ok(header) if header.format == format || (format, header.format) == (Format::Raw, Format::Tiff) => {
                let decoder = Decoder {
                    child,
                    format: header.format,
                    children: self.clone(),
                };
                Ok((decoder, header))
            }
            Ok(_) => Err(child.failed(Broken::Nonsense, format).await),
            Err(Broken::Said(refusal)) if !refusal.is_last() => {
                self.keep(child);
                Err(reason(&refusal.error(format)))
            }
            Err(broken) => Err(child.failed(broken, format).await),
        }
    }

    /// Keeps a child that has done its file for the next one.
    fn keep(&self, child: Conversation) {
        if child.files() >= MOST_FILES {
            return;
        }
        let mut idle = lock(&self.idle);
        idle.children.push((child, Instant::now()));
        if !idle.is_watched {
            idle.is_watched = true;
            tokio::spawn(end_idle(Arc::downgrade(&self.idle), self.patience));
        }
    }
}

fn lock(idle: &Mutex<Idle>) -> MutexGuard<'_, Idle> {
    // No code that panics runs under this lock.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Ends children that have waited for so long, until none waits.
async fn end_idle(idle: Weak<Mutex<Idle>>, patience: Duration) {
    while let Some(next) = end_those(&idle, patience) {
        sleep_until(next).await;
    }
}

/// Ends them, and tells when to look again.
fn end_those(idle: &Weak<Mutex<Idle>>, patience: Duration) -> Option<Instant> {
    let idle = idle.upgrade()?;
    let mut idle = lock(&idle);
    let now = Instant::now();
    idle.children.retain(|(_, since)| *since + patience > now);
    let next = idle.children.first().map(|(_, since)| *since + patience);
    idle.is_watched = next.is_some();
    next
}

/// A child that has read the head of one file.
pub(crate) struct Decoder {
    child: Conversation,
    format: Format,
    children: Decoders,
}

impl Decoder {
    /// Has it decode at 1/`scale` where the format can, shrink to `base`, and apply the gain map where there is `gain`.
    pub(crate) async fn decode(mut self, scale: u32, base: Size, gain: bool) -> Result<Decoded, JobError> {
        match self.child.order(Order { scale, base, gain }).await {
            Ok(decoded) => {
                self.children.keep(self.child);
                Ok(decoded)
            }
            Err(Broken::Said(refusal)) if !refusal.is_last() => {
                self.children.keep(self.child);
                Err(reason(&refusal.error(self.format)))
            }
            Err(broken) => Err(self.child.failed(broken, self.format).await),
        }
    }
}
