//! The worker's side of one child; it never trusts what the child says further than its word is good.

use std::io;
use std::path::Path;
use std::time::Duration;

use safelight_core::child::{Child, ChildError, ChildSpec, Excuse, Hindrance, Stream, describe_exit};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::{Instant, timeout};

use super::MODE;
use super::wire::{self, Answer, Ask, Order, Refusal};
use crate::pipeline::{Decoded, Format, Header, Limits, PictureError, Size, num};

/// Address space of a child that decodes nothing: its program, its libraries and what their threads reserve.
const PROGRAM: u64 = 1 << 30;

/// A child and the pipes to it.
#[derive(Debug)]
pub(super) struct Conversation {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    files: u32,
    /// What the machine keeps it from, since it has the file that it is at.
    hindrance: Hindrance,
    /// How much of the time for this file is left.
    left: Duration,
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
            hindrance: Hindrance::of(&child),
            left: Duration::ZERO,
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

    /// Hands it a file, for which it has so much time in all, and hears what the head says.
    pub(super) async fn ask(&mut self, ask: &Ask, bytes: &[u8], deadline: Duration) -> Result<Header, Broken> {
        self.files += 1;
        self.left = deadline;
        self.hindrance = Hindrance::of(&self.child);
        let begun = Instant::now();
        let answer = async {
            self.input.write_all(&wire::encode(ask)?).await?;
            self.input.write_all(bytes).await?;
            self.input.flush().await?;
            hear_head(&mut self.output).await
        };
        let answer = timeout(self.left, answer).await;
        self.left = self.left.saturating_sub(begun.elapsed());
        answer.unwrap_or_else(|_elapsed| Err(self.late(deadline)))
    }

    /// Has it decode as ordered, in what is left of its time.
    pub(super) async fn order(&mut self, order: Order, deadline: Duration) -> Result<Decoded, Broken> {
        let base = order.base;
        let answer = async {
            self.input.write_all(&wire::encode(&order)?).await?;
            self.input.flush().await?;
            hear_picture(&mut self.output, base).await
        };
        let answer = timeout(self.left, answer).await;
        answer.unwrap_or_else(|_elapsed| Err(self.late(deadline)))
    }

    fn late(&self, deadline: Duration) -> Broken {
        Broken::Late(self.hindrance.excuse(deadline))
    }

    /// The same, unless the process is gone.
    pub(super) fn alive(mut self) -> Option<Self> {
        (!self.child.has_ended()).then_some(self)
    }

    /// The reason in words; the child is gone afterwards.
    pub(super) async fn failed(mut self, broken: Broken, format: Format, deadline: Duration) -> PictureError {
        let detail = match broken {
            Broken::Said(refusal) => return refusal.error(format),
            Broken::Nonsense => "answered something else than was asked".to_owned(),
            Broken::Late(Some(excuse)) => format!("did not finish within {} s: {excuse}", deadline.as_secs_f32()),
            Broken::Late(None) => return PictureError::too_slow(format, deadline),
            Broken::Closed(error) => match self.child.wait_within(deadline).await {
                Ok(status) => describe_exit(status),
                Err(_) => format!("closed its pipe ({error})"),
            },
        };
        PictureError::decoder(format, detail)
    }
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
