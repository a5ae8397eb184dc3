//! As many exiftools as files are read at once, started when they are needed and ended when they are not.

use std::ffi::OsString;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use safelight_core::config::{ConfigError, Env};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep_until, timeout};

use super::ExifToolError;
use super::command::{Assignment, Command};
use super::process::{Answer, Process};
use crate::tags::Tags;

/// How the processes are used.
#[derive(Debug, Clone)]
pub(crate) struct Limits {
    /// The program, by name or path.
    pub(crate) program: OsString,
    /// The most processes at once.
    pub(crate) processes: usize,
    /// How long one file may take.
    pub(crate) deadline: Duration,
    /// How long a process waits for more work before it is ended.
    pub(crate) idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        let (deadline, idle) = (Duration::from_mins(2), Duration::from_mins(1));
        Self {
            program: "exiftool".into(),
            processes: 32,
            deadline,
            idle,
        }
    }
}

impl Limits {
    /// Reads `SAFELIGHT_EXIFTOOL` (the program, default `exiftool` in `PATH`), `SAFELIGHT_EXIFTOOL_PROCESSES` (the most at
    /// once, default 32: in practice as many as the queues run jobs) and `SAFELIGHT_EXIFTOOL_TIMEOUT` (for one file, default
    /// 2 min).
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            program: env
                .string("SAFELIGHT_EXIFTOOL")?
                .map_or(default.program, OsString::from),
            processes: env.parse("SAFELIGHT_EXIFTOOL_PROCESSES")?.unwrap_or(default.processes),
            deadline: env.duration("SAFELIGHT_EXIFTOOL_TIMEOUT")?.unwrap_or(default.deadline),
            idle: default.idle,
        })
    }
}

/// A process serves so many files and is then replaced: Perl gives no memory back.
const SERVED_LIMIT: u64 = 2_000;

/// A handle on the pool; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ExifTool {
    pool: Arc<Pool>,
}

#[derive(Debug)]
struct Pool {
    limits: Limits,
    slots: Semaphore,
    /// Processes without work and since when, the longest waiting first.
    idle: Mutex<Vec<(Instant, Process)>>,
}

impl ExifTool {
    /// A pool that has started nothing yet.
    pub(crate) fn new(limits: Limits) -> Self {
        let slots = Semaphore::new(limits.processes.max(1));
        Self {
            pool: Arc::new(Pool {
                limits,
                slots,
                idle: Mutex::default(),
            }),
        }
    }

    /// Reads the tags of a file. A file that exiftool cannot make sense of has few or none, which is no error.
    pub(crate) async fn read(&self, path: &Path) -> Result<Tags, ExifToolError> {
        let answer = self.run(Command::read(path)?).await?;
        if answer.stdout.trim().is_empty() && answer.stderr.contains("File not found") {
            return Err(ExifToolError::Refused(answer.stderr.trim().to_owned()));
        }
        Ok(Tags::parse(&answer.stdout)?)
    }

    /// Writes tags into a copy of `from`, or into a new file, at `to`.
    pub(crate) async fn write(&self, from: Option<&Path>, to: &Path, tags: &[Assignment]) -> Result<(), ExifToolError> {
        let answer = self.run(Command::write(from, to, tags)?).await?;
        if answer.stdout.contains("1 image files created") {
            return Ok(());
        }
        let said = if answer.stderr.trim().is_empty() {
            answer.stdout
        } else {
            answer.stderr
        };
        Err(ExifToolError::Refused(said.trim().to_owned()))
    }

    /// Whether the program can be started here.
    pub(crate) async fn check(&self) -> Result<(), ExifToolError> {
        self.run(Command::version()).await.map(drop)
    }

    async fn run(&self, command: Command) -> Result<Answer, ExifToolError> {
        let pool = &self.pool;
        // The semaphore is never closed.
        let _slot = pool.slots.acquire().await.map_err(|_closed| ExifToolError::Ended)?;
        let work = async {
            let waiting = pool.lock().pop();
            let mut process = match waiting {
                Some((_, process)) => process,
                None => Process::start(&pool.limits.program).await?,
            };
            let answer = process.run(command).await?;
            Ok((process, answer))
        };
        // Whatever ends this early drops the process, which kills it.
        let deadline = pool.limits.deadline;
        let (process, answer) = timeout(deadline, work)
            .await
            .unwrap_or_else(|_elapsed| Err(ExifToolError::Deadline(deadline)))?;
        if process.served < SERVED_LIMIT {
            pool.put_back(process);
        }
        Ok(answer)
    }
}

impl Pool {
    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Instant, Process)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_back(self: &Arc<Self>, process: Process) {
        let now = Instant::now();
        self.lock().push((now, process));
        let (pool, end) = (Arc::downgrade(self), now + self.limits.idle);
        tokio::spawn(async move {
            sleep_until(end).await;
            end_idle(&pool, end);
        });
    }
}

/// Ends the processes that have had no work since `idle` before `now`.
fn end_idle(pool: &Weak<Pool>, now: Instant) {
    let Some(pool) = pool.upgrade() else { return };
    pool.lock().retain(|(since, _)| *since + pool.limits.idle > now);
}

#[cfg(test)]
mod tests;
