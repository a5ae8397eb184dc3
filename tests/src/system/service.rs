//! One running binary.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};

use crate::binaries;
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::wait::wait_until;

/// How many lines of a log are shown when a test fails.
const TAIL: usize = 60;

/// The binaries that make up a system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `api-gateway`
    ApiGateway,
    /// `metadata-worker`
    MetadataWorker,
    /// `thumbnail-worker`
    ThumbnailWorker,
    /// `transcode-worker`
    TranscodeWorker,
    /// `scripted-worker`, which is of the tests
    ScriptedWorker,
}

impl Kind {
    /// The name of the binary.
    pub fn binary(self) -> &'static str {
        match self {
            Self::ApiGateway => "api-gateway",
            Self::MetadataWorker => "metadata-worker",
            Self::ThumbnailWorker => "thumbnail-worker",
            Self::TranscodeWorker => "transcode-worker",
            Self::ScriptedWorker => "scripted-worker",
        }
    }
}

/// Where a service runs: by default on the loopback address of this machine.
#[derive(Clone, Debug)]
pub struct Place {
    /// The words before its program, for one that is started by another.
    pub prefix: Vec<String>,
    /// The address it listens on.
    pub address: String,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            prefix: Vec::new(),
            address: "127.0.0.1".to_owned(),
        }
    }
}

/// One running binary of a system, on ports that stay the same over a restart.
pub struct Service {
    kind: Kind,
    place: Place,
    env: Vec<(String, String)>,
    log: PathBuf,
    port: u16,
    health_port: u16,
    child: Mutex<Option<Child>>,
}

impl Service {
    pub(super) fn start(
        kind: Kind,
        index: usize,
        folder: &Path,
        mut env: Vec<(String, String)>,
        place: &Place,
    ) -> Result<Self> {
        let (port, health_port) = (free_port()?, free_port()?);
        if kind == Kind::ApiGateway {
            env.push(("IMMICH_HOST".into(), place.address.clone()));
            env.push(("IMMICH_PORT".into(), port.to_string()));
        }
        env.push((
            "SAFELIGHT_METRICS_ADDR".into(),
            format!("{}:{health_port}", place.address),
        ));
        if !env.iter().any(|(name, _)| name == "SAFELIGHT_NODE_NAME") {
            // A node of its own: processes of one service that share a host share their orders.
            env.push(("SAFELIGHT_NODE_NAME".into(), format!("test-{index}")));
        }
        let service = Self {
            kind,
            place: place.clone(),
            env,
            log: log_of(kind, index, folder),
            port,
            health_port,
            child: Mutex::new(None),
        };
        service.spawn()?;
        Ok(service)
    }

    /// A second process of the same configuration.
    pub(super) fn twin(&self, index: usize, folder: &Path) -> Result<Self> {
        let twin = Self {
            kind: self.kind,
            place: self.place.clone(),
            env: self.env.clone(),
            log: log_of(self.kind, index, folder),
            port: self.port,
            health_port: self.health_port,
            child: Mutex::new(None),
        };
        twin.spawn()?;
        Ok(twin)
    }

    /// Starts it where it does not run, on the same ports, and does not wait until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub fn spawn(&self) -> Result<()> {
        let program = binaries::path(self.kind.binary())?;
        let mut command = match self.place.prefix.split_first() {
            Some((first, words)) => {
                let mut command = Command::new(first);
                command.args(words).arg(program);
                command
            }
            None => Command::new(program),
        };
        command
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)));
        for kept in ["PATH", "HOME", "RUST_BACKTRACE"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        // From the root folder: nothing may depend on where a service is started.
        command.current_dir("/");
        process::log_to(&mut command, &self.log)?;
        *self.child() = Some(process::spawn(command, Signal::KILL)?);
        Ok(())
    }

    fn child(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Which binary it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// `http://<address>:<port>` of a gateway.
    pub fn url(&self) -> String {
        format!("http://{}:{}", self.place.address, self.port)
    }

    /// Where its health and metrics are served.
    pub fn health_url(&self) -> String {
        format!("http://{}:{}", self.place.address, self.health_port)
    }

    /// The process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child().as_ref().map(Child::id)
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// The last lines of its log.
    pub fn log_tail(&self) -> String {
        let log = self.log();
        let lines: Vec<&str> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(TAIL)..).unwrap_or_default();
        let mut text = format!(
            "---- {} (last {} of {} lines)\n",
            self.log.display(),
            tail.len(),
            lines.len()
        );
        for line in tail {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// Waits until it says that it is ready.
    ///
    /// # Errors
    /// When it ends or time is up; the message has its log.
    pub async fn ready(&self) -> Result<()> {
        let url = match self.kind {
            Kind::ApiGateway => format!("{}/api/server/ping", self.url()),
            _ => format!("{}/readyz", self.health_url()),
        };
        let ended = std::cell::Cell::new(None);
        let waited = wait_until("the service is ready", || async {
            if let Some(status) = self.exit_status()? {
                ended.set(Some(status));
                return Ok(true);
            }
            Ok(reqwest::get(&url).await?.status().as_u16() < 500)
        });
        waited
            .await
            .with_context(|| format!("{}\n{}", self.kind.binary(), self.log_tail()))?;
        match ended.take() {
            Some(status) => bail!(
                "{} ended ({status}) instead of getting ready\n{}",
                self.kind.binary(),
                self.log_tail()
            ),
            None => Ok(()),
        }
    }

    /// How it ended, if it did by itself.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn exit_status(&self) -> Result<Option<ExitStatus>> {
        match self.child().as_mut() {
            Some(child) => Ok(child.try_wait()?),
            None => Ok(None),
        }
    }

    /// Sends a signal. After `KILL` its end has been waited for; `STOP` and `CONT` freeze and thaw it.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        let mut child = self.child();
        let Some(running) = child.as_mut() else { return Ok(()) };
        if signal == Signal::KILL {
            process::kill(running)?;
            *child = None;
            return Ok(());
        }
        process::signal(running.id(), signal)
    }

    /// Kills it with SIGKILL.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn kill(&self) -> Result<()> {
        self.signal(Signal::KILL)
    }

    /// Stops it with SIGTERM and waits for its end.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn terminate(&self) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        let mut status = None;
        while status.is_none() {
            wait_until("the service has ended", || async { Ok(self.exit_status()?.is_some()) }).await?;
            status = self.exit_status()?;
        }
        *self.child() = None;
        status.context("the service has not ended")
    }

    /// Kills it if it runs, starts it again on the same ports and waits until it is ready.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn restart(&self) -> Result<()> {
        self.kill()?;
        self.spawn()?;
        self.ready().await
    }
}

fn log_of(kind: Kind, index: usize, folder: &Path) -> PathBuf {
    folder.join(format!("{}-{index}.log", kind.binary()))
}
