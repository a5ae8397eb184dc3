//! The worker's side of a transcode: starts the child, hears how far it is, and ends it where it must not go on.

use std::path::Path;
use std::time::Duration;

use safelight_core::child::{Child, ChildError, Hindrance, Stream, describe_exit};
use safelight_core::events::{Event, EventBus};
use safelight_core::jobs::{Job, JobError, JobKind, kind};
use safelight_video::VideoHelper;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::files::Files;
use super::reports;
use crate::child::MODE;
use crate::config::TranscodeConfig;
use crate::pipeline::order::{Failure, Order, Progress, Report};

/// How often the child is looked at, and the most often that open pages are told how far it is.
const LOOK: Duration = Duration::from_secs(1);

/// How long a child that has nothing more to say may take to end.
const FAREWELL: Duration = Duration::from_secs(10);

/// Why a child left no result.
#[derive(Debug)]
pub(super) enum End {
    /// It said why.
    Failed(Failure),
    /// It was lost, or had to be ended.
    Other(JobError),
}

impl From<ChildError> for End {
    fn from(error: ChildError) -> Self {
        Self::Other(if error.can_heal() {
            JobError::retry(error.to_string())
        } else {
            JobError::permanent(error.to_string())
        })
    }
}

/// Starts children.
pub(super) struct Driver {
    pub(super) helper: VideoHelper,
    pub(super) config: TranscodeConfig,
    pub(super) bus: EventBus,
}

impl Driver {
    /// Has one order done.
    pub(super) async fn run(&self, order: &Order, files: &Files, job: &Job<kind::EncodeVideo>) -> Result<(), End> {
        let spec = files.hand_to(self.helper.child(MODE).await);
        let mut child = spec
            .stdin(Stream::Piped)
            .stdout(Stream::Piped)
            .stderr(Stream::Piped)
            .spawn()
            .await?;
        let result = self.follow(&mut child, order, job).await;
        if result.is_err() {
            // It writes into the part until it is gone.
            let _ = child.kill().await;
        }
        result
    }

    async fn follow(&self, child: &mut Child, order: &Order, job: &Job<kind::EncodeVideo>) -> Result<(), End> {
        let lost = |what: &str| End::Other(JobError::retry(format!("the transcoding child has no {what}")));
        let complaints = child.take_stderr().ok_or_else(|| lost("error stream"))?;
        let last_words = tokio::spawn(reports::last_words(complaints));
        let mut reports = reports::read(child.take_stdout().ok_or_else(|| lost("output"))?);
        let mut input = child.take_stdin().ok_or_else(|| lost("input"))?;
        let text = serde_json::to_vec(order).map_err(|error| End::Other(JobError::permanent(error.to_string())))?;
        // One that died already says so below.
        let _ = input.write_all(&text).await;
        drop(input);
        let mut heard = Heard::new(self.config, Hindrance::of(child));
        let mut looks = interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                report = reports.recv() => match report {
                    Some(report) => heard.note(report, job),
                    None => break,
                },
                _ = looks.tick() => {
                    heard.check(child)?;
                    self.tell(&mut heard, job).await;
                }
                () = job.cancel.cancelled() => return Err(End::Other(JobError::Cancelled)),
            }
        }
        let status = child.wait_within(FAREWELL).await?;
        match heard.last {
            Some(Ok(())) if status.success() => Ok(()),
            Some(Err(failure)) => Err(End::Failed(failure)),
            _ => {
                let words = last_words.await.unwrap_or_default();
                Err(End::Other(crashed(&heard.elements, &describe_exit(status), &words)))
            }
        }
    }

    /// Tells open pages, where there is something new.
    async fn tell(&self, heard: &mut Heard, job: &Job<kind::EncodeVideo>) {
        let per_mille = job.progress.per_mille();
        if std::mem::replace(&mut heard.told, per_mille) == per_mille {
            return;
        }
        let event = Event::JobProgress {
            job: job.id,
            queue: kind::EncodeVideo::QUEUE.to_string(),
            subject: job.subject,
            per_mille,
        };
        self.bus.publish(&[event]).await;
    }
}

fn crashed(elements: &[String], how: &str, words: &str) -> JobError {
    let elements = if elements.is_empty() {
        "before it began".to_owned()
    } else {
        elements.join(", ")
    };
    let words = if words.is_empty() {
        String::new()
    } else {
        format!(": {words}")
    };
    JobError::retry(format!("the transcode ({elements}) {how}{words}"))
}

/// What is known of a running child.
struct Heard {
    config: TranscodeConfig,
    elements: Vec<String>,
    progress: Progress,
    moved: Instant,
    /// What the machine keeps the child from, and since when that is measured.
    hindrance: (Instant, Hindrance),
    told: u16,
    last: Option<Result<(), Failure>>,
}

impl Heard {
    fn new(config: TranscodeConfig, hindrance: Hindrance) -> Self {
        Self {
            hindrance: (Instant::now(), hindrance),
            config,
            elements: Vec::new(),
            progress: Progress::default(),
            moved: Instant::now(),
            told: 0,
            last: None,
        }
    }

    fn note(&mut self, report: Report, job: &Job<kind::EncodeVideo>) {
        match report {
            Report::Elements { names } => self.elements = names,
            Report::Done => self.last = Some(Ok(())),
            Report::Failed(failure) => self.last = Some(Err(failure)),
            Report::Progress(progress) => {
                if progress != self.progress {
                    self.moved = Instant::now();
                }
                self.progress = progress;
                let (done, total) = share(&progress);
                job.progress.set(done, total);
            }
        }
    }

    /// Whether the child may go on.
    fn check(&mut self, child: &Child) -> Result<(), End> {
        let (stall, memory) = (self.config.stall, self.config.memory);
        if self.hindrance.0 < self.moved {
            self.hindrance = (Instant::now(), Hindrance::of(child));
        }
        if self.moved.elapsed() > stall {
            let message = format!(
                "no progress for {} s at {} s of the video ({})",
                stall.as_secs(),
                self.progress.made_ms / 1_000,
                self.elements.join(", ")
            );
            // What hangs by itself would hang again; with less hardware it may not.
            return Err(End::Other(match self.hindrance.1.excuse(stall) {
                Some(excuse) => JobError::retry(format!("{message}: {excuse}")),
                None => JobError::permanent(message),
            }));
        }
        if child.id().and_then(resident).is_some_and(|bytes| bytes > memory) {
            let message = format!(
                "the transcode takes more than {} MiB of memory (SAFELIGHT_TRANSCODE_MEMORY)",
                memory >> 20
            );
            return Err(End::Other(JobError::permanent(message)));
        }
        Ok(())
    }
}

/// What is done and what there is, in milliseconds. Nothing can be said while nobody knows how long the video is.
fn share(progress: &Progress) -> (u64, u64) {
    let Some(length) = progress.duration_ms.filter(|length| *length > 0) else {
        return (0, 1);
    };
    let passes = u64::from(progress.passes.max(1));
    let done = u64::from(progress.passes_done).saturating_mul(length);
    (
        done.saturating_add(progress.made_ms.min(length)),
        length.saturating_mul(passes),
    )
}

/// Bytes of memory that a process fills.
fn resident(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib.saturating_mul(1 << 10))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_share_the_way() {
        let at = |passes_done, passes, made_ms, duration_ms| {
            share(&Progress {
                passes_done,
                passes,
                made_ms,
                duration_ms,
                ..Progress::default()
            })
        };
        assert_eq!(at(0, 1, 5_000, Some(10_000)), (5_000, 10_000));
        assert_eq!(at(1, 2, 5_000, Some(10_000)), (15_000, 20_000));
        assert_eq!(at(0, 1, 99_000, Some(10_000)), (10_000, 10_000));
        assert_eq!(at(0, 1, 5_000, None), (0, 1));
    }

    #[test]
    fn a_crash_names_what_was_at_work() {
        let elements = ["avdec_h264".to_owned(), "x264enc".to_owned()];
        let error = crashed(&elements, "was killed by signal 11 (segmentation fault)", "");
        let text = "the transcode (avdec_h264, x264enc) was killed by signal 11 (segmentation fault)";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn memory_is_measured() {
        assert!(resident(std::process::id()).unwrap() > 1 << 20);
        assert_eq!(resident(u32::MAX), None);
    }
}
