//! The description of a process to start.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, PipeReader},
    os::fd::AsRawFd as _,
    path::PathBuf,
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Resource, Rlimit, Signal};
use tokio::process::Command;

use super::sandbox::{Prepared, Sandbox};
use super::{Child, ChildError, LIFE_FD, spawner};

/// The niceness of a helper: a beat or a page of the timeline goes before any decoding.
const DEFAULT_NICE: i32 = 10;

/// Variables a child gets from us even when its environment is otherwise clean.
const PASSED_ON: [&str; 13] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_RUNTIME_DIR",
    "XDG_CACHE_HOME",
    "GST_REGISTRY",
    "GST_REGISTRY_UPDATE",
    "GST_PLUGIN_PATH",
    "LIBVA_DRIVER_NAME",
];

/// Where one of a child's three standard streams goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stream {
    /// Nowhere.
    #[default]
    Null,
    /// To us, as an asynchronous pipe.
    Piped,
    /// Where ours goes.
    Inherit,
}

impl From<Stream> for Stdio {
    fn from(stream: Stream) -> Self {
        match stream {
            Stream::Null => Self::null(),
            Stream::Piped => Self::piped(),
            Stream::Inherit => Self::inherit(),
        }
    }
}

/// A process to start: nice 10, a clean environment, all streams closed and killed with us unless said otherwise.
#[derive(Debug, Clone)]
#[must_use = "a description starts nothing until it is spawned"]
pub struct ChildSpec {
    program: OsString,
    args: Vec<OsString>,
    env: Vec<(OsString, OsString)>,
    inherit_env: bool,
    directory: Option<PathBuf>,
    streams: [Stream; 3],
    user: Option<(u32, u32)>,
    life_pipe: bool,
    handed: Vec<Arc<File>>,
    sandbox: Option<Sandbox>,
    limits: Limits,
}

/// What the child sets on itself between fork and exec.
#[derive(Debug, Clone, Copy)]
struct Limits {
    nice: i32,
    death_signal: Signal,
    memory: Option<u64>,
    cpu_seconds: Option<u64>,
}

impl ChildSpec {
    /// Describes a run of a program, which is looked up in `PATH` when it has no slash.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            args: Vec::new(),
            env: Vec::new(),
            inherit_env: false,
            directory: None,
            streams: [Stream::Null; 3],
            user: None,
            life_pipe: false,
            handed: Vec::new(),
            sandbox: None,
            limits: Limits {
                nice: DEFAULT_NICE,
                death_signal: Signal::KILL,
                memory: None,
                cpu_seconds: None,
            },
        }
    }

    /// Adds an argument. Never a secret: everybody on the machine can read it.
    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().to_owned());
        self
    }

    /// Adds arguments. Never a secret: everybody on the machine can read them.
    pub fn args<A: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable of the child's environment.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Gives the child our whole environment, secrets included: for our own services only.
    pub const fn inherit_env(mut self) -> Self {
        self.inherit_env = true;
        self
    }

    /// The directory the child starts in; ours by default.
    pub fn directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.directory = Some(directory.into());
        self
    }

    /// Where the child reads from.
    pub const fn stdin(mut self, stream: Stream) -> Self {
        let [_, stdout, stderr] = self.streams;
        self.streams = [stream, stdout, stderr];
        self
    }

    /// Where the child writes its results to.
    pub const fn stdout(mut self, stream: Stream) -> Self {
        let [stdin, _, stderr] = self.streams;
        self.streams = [stdin, stream, stderr];
        self
    }

    /// Where the child complains.
    pub const fn stderr(mut self, stream: Stream) -> Self {
        let [stdin, stdout, _] = self.streams;
        self.streams = [stdin, stdout, stream];
        self
    }

    /// How much the child gives way to others, 0 to 19; 10 by default.
    pub const fn nice(mut self, nice: i32) -> Self {
        self.limits.nice = nice;
        self
    }

    /// The signal the child gets when this process ends in any way; `KILL` by default.
    pub const fn death_signal(mut self, signal: Signal) -> Self {
        self.limits.death_signal = signal;
        self
    }

    /// The most address space in bytes; allocations beyond it fail in the child.
    pub const fn memory_limit(mut self, bytes: u64) -> Self {
        self.limits.memory = Some(bytes);
        self
    }

    /// The most processor time; the kernel kills the child beyond it. Rounded up to whole seconds.
    pub const fn cpu_limit(mut self, time: Duration) -> Self {
        self.limits.cpu_seconds = Some(time.as_secs().saturating_add(1));
        self
    }

    /// Runs the child as another user and group, with no other groups; only root may.
    pub const fn user(mut self, uid: u32, gid: u32) -> Self {
        self.user = Some((uid, gid));
        self
    }

    /// Hands the child the read end of a pipe, its number in [`LIFE_FD`]; the pipe reads as ended when we are gone.
    /// A child of our own calls [`end_with_parent`](super::end_with_parent) to watch it.
    pub const fn life_pipe(mut self) -> Self {
        self.life_pipe = true;
        self
    }

    /// Hands the child an open file, which it finds by the name that [`handed`](super::handed) tells.
    pub fn hand(mut self, file: &Arc<File>) -> Self {
        self.handed.push(Arc::clone(file));
        self
    }

    /// Shuts the child in before it becomes the program, which the sandbox has to let it run. A program of ours closes its doors itself,
    /// when it has begun: then it need not be allowed to start any.
    pub fn sandbox(mut self, sandbox: Sandbox) -> Self {
        self.sandbox = Some(sandbox);
        self
    }

    /// Starts the process. The child is killed when the handle is dropped.
    pub async fn spawn(self) -> Result<Child, ChildError> {
        spawner::spawn(self).await
    }

    /// The name for messages: the program's file name.
    pub(super) fn name(&self) -> String {
        let path = std::path::Path::new(&self.program);
        path.file_name().unwrap_or(&self.program).to_string_lossy().into_owned()
    }

    /// Forks and executes, on the calling thread, which must live as long as the process and be inside a runtime.
    pub(super) fn spawn_here(self) -> Result<Child, ChildError> {
        let name = self.name();
        let fail = |source: io::Error| ChildError::Spawn {
            program: name.clone(),
            source,
        };
        let mut command = Command::new(&self.program);
        command.args(&self.args);
        if !self.inherit_env {
            command.env_clear();
            command.envs(
                PASSED_ON
                    .iter()
                    .filter_map(|name| Some((name, std::env::var_os(name)?))),
            );
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        if let Some(directory) = &self.directory {
            command.current_dir(directory);
        }
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        let [stdin, stdout, stderr] = self.streams;
        command
            .stdin(stdin)
            .stdout(stdout)
            .stderr(stderr)
            .process_group(0)
            .kill_on_drop(true);
        let (life_reader, life_writer) = if self.life_pipe {
            let (reader, writer) = io::pipe().map_err(fail)?;
            command.env(LIFE_FD, reader.as_raw_fd().to_string());
            (Some(reader), Some(writer))
        } else {
            (None, None)
        };
        let prepared = self.sandbox.as_ref().map(Sandbox::prepare).transpose().map_err(fail)?;
        let (limits, parent) = (self.limits, rustix::process::getpid());
        let own = Own {
            life: life_reader,
            handed: self.handed,
            prepared,
        };
        // SAFETY: between fork and exec only async-signal-safe calls are allowed; `prepare` makes plain system calls
        // and allocates nothing.
        #[expect(
            unsafe_code,
            reason = "the only way to set limits and the death signal on a child before it runs"
        )]
        unsafe {
            command.pre_exec(move || prepare(limits, parent, &own));
        }
        let inner = command.spawn().map_err(fail)?;
        Ok(Child::new(name, inner, life_writer))
    }
}

/// What is the child's alone.
struct Own {
    life: Option<PipeReader>,
    handed: Vec<Arc<File>>,
    prepared: Option<Prepared>,
}

/// Runs in the child between fork and exec. The death signal comes after the change of user, which would clear it.
fn prepare(limits: Limits, parent: Pid, own: &Own) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(limits.death_signal))?;
    if rustix::process::getppid() != Some(parent) {
        // The parent died before it could be watched: end as it would have ended us.
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    if limits.nice != 0 {
        // Refused only when a lower niceness is asked for; running at ours is no reason not to run.
        let _ = rustix::process::nice(limits.nice);
    }
    let both = |value| Rlimit {
        current: Some(value),
        maximum: Some(value),
    };
    rustix::process::setrlimit(Resource::Core, both(0))?;
    if let Some(bytes) = limits.memory {
        rustix::process::setrlimit(Resource::As, both(bytes))?;
    }
    if let Some(seconds) = limits.cpu_seconds {
        rustix::process::setrlimit(Resource::Cpu, both(seconds))?;
    }
    if let Some(pipe) = &own.life {
        rustix::io::fcntl_setfd(pipe, rustix::io::FdFlags::empty())?;
    }
    for file in &own.handed {
        rustix::io::fcntl_setfd(file, rustix::io::FdFlags::empty())?;
    }
    match &own.prepared {
        Some(prepared) => prepared.enter(),
        None => Ok(()),
    }
}
