//! The worker's side of one child; it never trusts what the child says further than its word is good.

use std::io;
use std::path::Path;
use std::time::Duration;

use safelight_core::child::{Child, ChildError, ChildSpec, Excuse, Hindrance, Stream, describe_exit};
use safelight_core::jobs::JobError;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::{Instant, timeout};

use super::MODE;
use super::wire::{self, Answer, Ask, Order, Refusal};
use crate::pipeline::{Decoded, Format, Header, Limits, PictureError, Size, num};
use crate::reason::reason;
use crate::source::{Blocks, Source};

/// Address space of a child that decodes nothing: its program, its libraries and what their threads reserve.
const PROGRAM: u64 = 1 << 30;

/// A child and the pipes to it.
#[derive(Debug)]
pub(super) struct Conversation {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    files: u32,
    clock: Clock,
}

/// The time that a child has for one file. What the worker needs to read the file does not count.
#[derive(Debug)]
struct Clock {
    /// What the machine keeps it from, since it is at this file.
    hindrance: Hindrance,
    deadline: Duration,
    left: Duration,
}

impl Clock {
    fn start(child: &Child, deadline: Duration) -> Self {
        Self {
            hindrance: Hindrance::of(child),
            deadline,
            left: deadline,
        }
    }

    /// Waits for the child, in what is left of its time.
    async fn within<T>(&mut self, work: impl Future<Output = Result<T, Broken>>) -> Result<T, Broken> {
        let begun = Instant::now();
        let done = timeout(self.left, work).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        done.unwrap_or_else(|_elapsed| Err(Broken::Late(self.hindrance.excuse(self.deadline))))
    }
}

/// Why a conversation came to no result.
#[derive(Debug)]
pub(super) enum Broken {
    /// The child refuses the file, and is ready for another one.
    Said(Refusal),
    /// A pipe closed: the child has ended, or is about to.
    Closed(io::Error),
    /// It takes too long, and the machine may be why.
    Late(Option<Excuse>),
    /// It said something else than was asked.
    Nonsense,
    /// The file cannot be read to be handed over.
    Unread(JobError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Closed(error)
    }
}

impl Conversation {
    /// Starts `program` as a child.
    pub(super) async fn start(program: &Path, limits: &Limits) -> Result<Self, ChildError> {
        let memory = limits.memory.saturating_add(limits.file).saturating_add(PROGRAM);
        let spec = ChildSpec::new(program)
            .arg(MODE)
            .life_pipe()
            .memory_limit(memory)
            // Every thread would reserve an arena of its own, and the limit counts what is reserved.
            .env("MALLOC_ARENA_MAX", "2")
            // One photo takes one core: as many are decoded at once as there are.
            .env("RAYON_NUM_THREADS", "1")
            .stdin(Stream::Piped)
            .stdout(Stream::Piped);
        let mut child = spec.spawn().await?;
        let pipes = (child.take_stdin(), child.take_stdout());
        let (Some(input), Some(output)) = pipes else {
            return Err(ChildError::Spawn {
                program: program.display().to_string(),
                source: io::Error::other("it has no pipes"),
            });
        };
        Ok(Self {
            clock: Clock::start(&child, Duration::ZERO),
            child,
            input,
            output,
            files: 0,
        })
    }

    /// How many files it was given.
    pub(super) const fn files(&self) -> u32 {
        self.files
    }

    /// Hands it a file block by block, for which it has so much time in all, and hears what the head says.
    pub(super) async fn ask(
        &mut self,
        ask: &Ask,
        source: &mut impl Source,
        deadline: Duration,
    ) -> Result<Header, Broken> {
        self.files += 1;
        self.clock = Clock::start(&self.child, deadline);
        let Self {
            input, output, clock, ..
        } = self;
        clock.within(say(input, &wire::encode(ask)?)).await?;
        let mut blocks = Blocks::of(source);
        while let Some(block) = blocks.next().await.map_err(Broken::Unread)? {
            clock.within(say(input, &block)).await?;
        }
        clock.within(hear_head(output)).await
    }

    /// Has it decode as ordered, in what is left of its time.
    pub(super) async fn order(&mut self, order: Order) -> Result<Decoded, Broken> {
        let Self {
            input, output, clock, ..
        } = self;
        let answer = async {
            say(input, &wire::encode(&order)?).await?;
            hear_picture(output, order.base).await
        };
        clock.within(answer).await
    }

    /// The same, unless the process is gone.
    pub(super) fn alive(mut self) -> Option<Self> {
        (!self.child.has_ended()).then_some(self)
    }

    /// What becomes of the job, with a reason in words; the child is gone afterwards.
    pub(super) async fn failed(mut self, broken: Broken, format: Format) -> JobError {
        let deadline = self.clock.deadline;
        let detail = match broken {
            Broken::Unread(error) => return error,
            Broken::Said(refusal) => return reason(&refusal.error(format)),
            Broken::Nonsense => "answered something else than was asked".to_owned(),
            Broken::Late(Some(excuse)) => format!("did not finish within {} s: {excuse}", deadline.as_secs_f32()),
            Broken::Late(None) => return reason(&PictureError::too_slow(format, deadline)),
            Broken::Closed(error) => match self.child.wait_within(deadline).await {
                Ok(status) => describe_exit(status),
                Err(_) => format!("closed its pipe ({error})"),
            },
        };
        reason(&PictureError::decoder(format, detail))
    }
}

async fn say(child: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Result<(), Broken> {
    child.write_all(bytes).await?;
    Ok(child.flush().await?)
}

/// What the child says of the head.
pub(super) async fn hear_head(child: &mut (impl AsyncRead + Unpin)) -> Result<Header, Broken> {
    match hear(child).await? {
        Answer::Head(header) => Ok(header),
        Answer::Refused(refusal) => Err(Broken::Said(refusal)),
        Answer::Done(_) => Err(Broken::Nonsense),
    }
}

/// The picture that was ordered at the size `base`. Room is made for no more than that, whatever the child says.
pub(super) async fn hear_picture(child: &mut (impl AsyncRead + Unpin), base: Size) -> Result<Decoded, Broken> {
    let done = match hear(child).await? {
        Answer::Done(done) => done,
        Answer::Refused(refusal) => return Err(Broken::Said(refusal)),
        Answer::Head(_) => return Err(Broken::Nonsense),
    };
    let length = done.bytes(base).ok_or(Broken::Nonsense)?;
    let mut bytes = vec![0; length];
    child.read_exact(&mut bytes).await?;
    done.decoded(bytes).ok_or(Broken::Nonsense)
}

async fn hear(child: &mut (impl AsyncRead + Unpin)) -> Result<Answer, Broken> {
    let length = child.read_u32_le().await?;
    if length > wire::LONGEST {
        return Err(Broken::Nonsense);
    }
    let mut text = vec![0; num::usize_of(length)];
    child.read_exact(&mut text).await?;
    serde_json::from_slice(&text).map_err(|_error| Broken::Nonsense)
}
