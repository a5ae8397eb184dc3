//! The door to `ExifTool`: started when it is needed, ended when it is not.

use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;
use std::sync::Arc;

use safelight_core::media::OpenFile;
use tokio::sync::{Mutex, Semaphore};
use tokio::time::{Instant, sleep_until, timeout};

use super::order::{self, Answer, Assignment};
use super::server::Server;
use super::{ExifToolError, Limits};
use crate::tags::Tags;

/// A file to read: open, with the name that its format is guessed by.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) file: BorrowedFd<'a>,
    pub(crate) name: &'a Path,
}

impl<'a> Source<'a> {
    /// A file under a name that may be another than its own.
    pub(crate) fn new(file: &'a impl AsFd, name: &'a Path) -> Self {
        let file = file.as_fd();
        Self { file, name }
    }
}

impl<'a> From<&'a OpenFile> for Source<'a> {
    fn from(opened: &'a OpenFile) -> Self {
        Self::new(opened, opened.path())
    }
}

/// A handle on it; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct ExifTool {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    limits: Limits,
    slots: Semaphore,
    running: Mutex<Running>,
}

#[derive(Debug, Default)]
struct Running {
    server: Option<Arc<Server>>,
    /// When it was last asked for anything, once there was something to ask.
    used: Option<Instant>,
    /// Whether the end of an idle one is being waited for.
    is_watched: bool,
    /// What it said of itself at its first start; told once.
    version: Option<String>,
}

impl ExifTool {
    /// Nothing is started yet.
    pub(crate) fn new(limits: Limits) -> Self {
        let slots = Semaphore::new(limits.processes.max(1));
        let running = Mutex::default();
        Self {
            shared: Arc::new(Shared { limits, slots, running }),
        }
    }

    /// Reads the tags of a file. A file that `ExifTool` cannot make sense of has few or none, which is no error.
    pub(crate) async fn read(&self, source: Source<'_>) -> Result<Tags, ExifToolError> {
        self.run(&order::read(source.name), Some(source.file)).await?.tags()
    }

    /// The content of a copy of `from`, or of a new sidecar, with tags set.
    pub(crate) async fn write(
        &self,
        from: Option<BorrowedFd<'_>>,
        tags: &[Assignment],
    ) -> Result<Vec<u8>, ExifToolError> {
        self.run(&order::write(tags), from).await?.written()
    }

    /// Whether the program can be started here.
    pub(crate) async fn check(&self) -> Result<(), ExifToolError> {
        self.shared.limits.library()?;
        self.shared.server().await.map(drop)
    }

    /// Ends the process, if there is one, and waits until it is gone.
    pub(crate) async fn end(&self) {
        let server = self.shared.running.lock().await.server.take();
        if let Some(server) = server.and_then(Arc::into_inner) {
            server.end().await;
        }
    }

    /// The process that is started, and what it said of itself.
    #[cfg(test)]
    pub(super) async fn started(&self) -> Option<(u32, String)> {
        let running = self.shared.running.lock().await;
        let server = running.server.as_ref().filter(|server| !server.is_lost())?;
        Some((server.pid()?, server.version.clone()))
    }

    async fn run(&self, order: &[u8], file: Option<BorrowedFd<'_>>) -> Result<Answer, ExifToolError> {
        let shared = &self.shared;
        // The semaphore is never closed.
        let _slot = shared.slots.acquire().await.map_err(|_closed| ExifToolError::Gone)?;
        match shared.ask(order, file).await {
            // That the program was killed meanwhile is not this file's fault.
            Err(ExifToolError::Gone) => shared.ask(order, file).await,
            answer => answer,
        }
    }
}

impl Shared {
    /// Has an order carried out within its deadline, which begins when the program is loaded.
    async fn ask(self: &Arc<Self>, order: &[u8], file: Option<BorrowedFd<'_>>) -> Result<Answer, ExifToolError> {
        let (server, deadline) = (self.server().await?, self.limits.deadline);
        let answer = timeout(deadline, server.run(order, file, &self.limits)).await;
        answer.unwrap_or(Err(ExifToolError::Deadline(deadline)))
    }

    /// The process that runs, or a new one.
    async fn server(self: &Arc<Self>) -> Result<Arc<Server>, ExifToolError> {
        let mut running = self.running.lock().await;
        running.used = Some(Instant::now());
        if let Some(server) = running.server.as_ref().filter(|server| !server.is_lost()) {
            return Ok(Arc::clone(server));
        }
        running.server = None;
        let server = Arc::new(Server::start(&self.limits).await?);
        running.tell(&server);
        running.server = Some(Arc::clone(&server));
        if !running.is_watched {
            running.is_watched = true;
            tokio::spawn(end_idle(Arc::downgrade(self)));
        }
        Ok(server)
    }
}

impl Running {
    /// Says once what holds it, and what this kernel lacks.
    fn tell(&mut self, server: &Server) {
        if self.version.as_ref() == Some(&server.version) {
            return;
        }
        self.version = Some(server.version.clone());
        let version = &server.version;
        if version.contains("seccomp=0") {
            tracing::warn!(exiftool = %version, "this kernel has no seccomp: ExifTool is held by Landlock and its limits alone");
        } else if version.contains("landlock=0") {
            tracing::info!(exiftool = %version, "this kernel has no Landlock: ExifTool is held by seccomp and its limits");
        } else {
            tracing::info!(exiftool = %version, "ExifTool is loaded and closed in");
        }
    }
}

/// Ends the process when nobody has used it for a while.
async fn end_idle(shared: std::sync::Weak<Shared>) {
    loop {
        let Some(alive) = shared.upgrade() else { return };
        let mut running = alive.running.lock().await;
        let end = running.used.map_or_else(Instant::now, |used| used + alive.limits.idle);
        let is_used = running
            .server
            .as_ref()
            .is_some_and(|server| Arc::strong_count(server) > 1);
        let next = if is_used {
            Instant::now() + alive.limits.idle
        } else {
            end
        };
        if next <= Instant::now() {
            running.server = None;
            running.is_watched = false;
            return;
        }
        drop(running);
        drop(alive);
        sleep_until(next).await;
    }
}
