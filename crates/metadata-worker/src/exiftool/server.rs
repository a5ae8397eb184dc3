//! The Perl that has `ExifTool` loaded and forks for each file.

use std::fs::File;
use std::io::IoSlice;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream as Pair;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use rustix::net::{
    AddressFamily, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, sendmsg, socketpair,
};
use safelight_core::child::{Child, ChildSpec, Stream, describe_exit};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;
use tokio::process::ChildStderr;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::order::Answer;
use super::{ExifToolError, Limits, filter};

/// The program it runs.
const PROGRAM: &str = include_str!("server.pl");

/// The most bytes of an answer; the tags asked for fit a thousand times, and so does a sidecar.
const ANSWER_LIMIT: u64 = 16 * 1024 * 1024;

/// The most bytes that are kept of what it says while it starts.
const START_LIMIT: u64 = 64 * 1024;

/// How long loading the library may take, which is a second where nothing else runs.
const START_GRACE: Duration = Duration::from_mins(2);

/// How long ending a fork may take. One that waits for a file system that does not answer cannot be ended at all.
const END_GRACE: Duration = Duration::from_secs(5);

/// A process that waits for orders. Dropping it kills it and its forks.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Kept open: what nobody reads must not end it.
    _stderr: Option<ChildStderr>,
    /// Orders go here: `R`un and `E`nd, each with the number of the fork.
    control: OwnedFd,
    serial: AtomicU32,
    is_lost: AtomicBool,
    /// What the kernel closes it in with, as it said itself: `12.57 landlock=7 seccomp=1`.
    pub(super) version: String,
}

impl Server {
    /// Starts it and waits until the library is loaded and the doors are closed.
    pub(super) async fn start(limits: &Limits) -> Result<Self, ExifToolError> {
        let library = limits.library()?.unwrap_or_default();
        let (control, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
            .map_err(std::io::Error::from)?;
        let theirs = Arc::new(File::from(theirs));
        let spec = ChildSpec::new(&limits.perl)
            .args(["-e", PROGRAM, "--"])
            .args(arguments(limits)?)
            .arg(format!("library={}", library.display()))
            // Perl complains at length about a locale that is not installed.
            .env("LC_ALL", "C.UTF-8")
            .arg(format!("control={}", theirs.as_raw_fd()))
            .hand(&theirs)
            .stdout(Stream::Piped)
            .stderr(Stream::Piped);
        let mut child = spec.spawn().await.map_err(ExifToolError::Start)?;
        // Its end of the socket is its alone, or it would never learn that we are gone.
        drop(theirs);
        let (stdout, mut stderr) = (child.take_stdout(), child.take_stderr());
        let ready = timeout(START_GRACE, first_line(stdout)).await;
        let ready = ready.map_err(|_elapsed| ExifToolError::Unusable("it takes too long".to_owned()))??;
        let Some(version) = ready.strip_prefix("ready ") else {
            let said = timeout(END_GRACE, text(stderr.as_mut()))
                .await
                .unwrap_or(Ok(String::new()))?;
            return Err(ExifToolError::Unusable(said.trim().to_owned()));
        };
        let version = version.trim().to_owned();
        tracing::debug!(child.pid = child.id(), exiftool = %version, "exiftool started");
        Ok(Self {
            child,
            _stderr: stderr,
            control,
            serial: AtomicU32::new(0),
            is_lost: AtomicBool::new(false),
            version,
        })
    }

    /// Tells it to end, and waits until it is gone.
    pub(super) async fn end(self) {
        let Self { mut child, control, .. } = self;
        drop(control);
        // It is killed where it does not.
        let _ = child.wait_within(END_GRACE).await;
    }

    #[cfg(test)]
    pub(super) fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether it can be asked no more.
    pub(super) fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Relaxed)
    }

    /// Has a fork carry out an order with a file, if it takes one. When this is dropped half-way the fork is ended.
    pub(super) async fn run(
        self: &Arc<Self>,
        order: &[u8],
        file: Option<BorrowedFd<'_>>,
        limits: &Limits,
    ) -> Result<Answer, ExifToolError> {
        let (mut fork, mut talk) = self.fork(file)?;
        // A fork that dies before it has read its order says why in its answer.
        if talk.write_all(order).await.is_ok() {
            let _ = talk.shutdown().await;
        }
        let mut said = Vec::new();
        let read = talk.take(ANSWER_LIMIT + 1).read_to_end(&mut said).await;
        if u64::try_from(said.len()).is_ok_and(|length| length > ANSWER_LIMIT) {
            return Err(ExifToolError::TooMuchOutput(ANSWER_LIMIT));
        }
        let status = fork.end().await?;
        read?;
        Answer::parse(&said).ok_or_else(|| cut_short(status, &said, limits))
    }

    fn fork(self: &Arc<Self>, file: Option<BorrowedFd<'_>>) -> Result<(Fork, UnixStream), ExifToolError> {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let (talk, talk_theirs) = Pair::pair()?;
        let (ending, ending_theirs) = Pair::pair()?;
        let mut descriptors = vec![talk_theirs.as_fd(), ending_theirs.as_fd()];
        descriptors.extend(file);
        self.send(b'R', serial, &descriptors)?;
        let fork = Fork {
            server: Arc::clone(self),
            serial,
            ending: Some(stream(ending)?),
        };
        Ok((fork, stream(talk)?))
    }

    /// Waits until a fork that was told to end has ended.
    async fn ended(&self, ending: Option<UnixStream>) -> Result<Option<ExitStatus>, ExifToolError> {
        let Ok(told) = timeout(END_GRACE, text(ending)).await else {
            // It waits for the fork and can do nothing else: whoever comes next needs another.
            self.is_lost.store(true, Ordering::Relaxed);
            return Err(ExifToolError::Gone);
        };
        Ok(told?.parse().ok().map(ExitStatus::from_raw))
    }

    /// Sends an order with descriptors. It never waits: a process that has hundreds of orders before it is as good as gone.
    fn send(&self, kind: u8, serial: u32, descriptors: &[BorrowedFd<'_>]) -> Result<(), ExifToolError> {
        let [a, b, c, d] = serial.to_be_bytes();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(3))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(descriptors));
        }
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        sendmsg(&self.control, &[IoSlice::new(&[kind, a, b, c, d])], &mut control, flags)
            .map(drop)
            .map_err(|_error| {
                self.is_lost.store(true, Ordering::Relaxed);
                ExifToolError::Gone
            })
    }
}

/// A fork at work. Dropping it ends it.
struct Fork {
    server: Arc<Server>,
    serial: u32,
    /// How it ended comes from here; none once that is waited for.
    ending: Option<UnixStream>,
}

impl Fork {
    /// Has it ended, and tells how it ended, if it had by then.
    async fn end(&mut self) -> Result<Option<ExitStatus>, ExifToolError> {
        let ending = self.ending.take();
        self.server.send(b'E', self.serial, &[])?;
        self.server.ended(ending).await
    }
}

impl Drop for Fork {
    fn drop(&mut self) {
        let Some(ending) = self.ending.take() else { return };
        if self.server.send(b'E', self.serial, &[]).is_err() {
            return;
        }
        let server = Arc::clone(&self.server);
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { server.ended(Some(ending)).await.map(drop) });
        }
    }
}

/// The numbers of system calls, limits and filters for a program that cannot know them.
fn arguments(limits: &Limits) -> Result<[String; 3], ExifToolError> {
    let calls = [
        ("landlock_create_ruleset", libc::SYS_landlock_create_ruleset),
        ("landlock_restrict_self", libc::SYS_landlock_restrict_self),
        ("prctl", libc::SYS_prctl),
        ("prlimit64", libc::SYS_prlimit64),
        ("recvmsg", libc::SYS_recvmsg),
        ("seccomp", libc::SYS_seccomp),
    ];
    let calls: Vec<_> = calls.map(|(name, number)| format!("{name}:{number}")).into();
    let (memory, cpu) = (limits.memory, limits.cpu_seconds());
    let filters = [filter::of_server()?, filter::of_fork()?].map(hex::encode);
    Ok([
        format!("calls={}", calls.join(",")),
        format!("limits=memory:{memory},cpu:{cpu}"),
        format!("filters={}", filters.join(",")),
    ])
}

/// Why a fork did not answer to the end.
fn cut_short(status: Option<ExitStatus>, said: &[u8], limits: &Limits) -> ExifToolError {
    let said = String::from_utf8_lossy(said);
    let out_of_memory = said.contains("Out of memory") || said.contains("ut of memory in perl");
    match status {
        _ if out_of_memory => ExifToolError::Memory(limits.memory),
        Some(status) if status.signal() == Some(libc::SIGXCPU) => ExifToolError::Cpu(limits.cpu_seconds()),
        _ => {
            let how = status.map_or_else(|| "ended".to_owned(), describe_exit);
            let first = said.lines().next().filter(|line| line.is_ascii()).unwrap_or_default();
            let detail = if first.is_empty() {
                String::new()
            } else {
                format!(": {first}")
            };
            ExifToolError::Ended(how, detail)
        }
    }
}

fn stream(pair: Pair) -> std::io::Result<UnixStream> {
    pair.set_nonblocking(true)?;
    UnixStream::from_std(pair)
}

async fn first_line(stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut line = String::new();
    if let Some(stream) = stream {
        BufReader::new(stream).take(START_LIMIT).read_line(&mut line).await?;
    }
    Ok(line)
}

async fn text(stream: Option<impl AsyncRead + Unpin>) -> std::io::Result<String> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream.take(START_LIMIT).read_to_end(&mut bytes).await?;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
