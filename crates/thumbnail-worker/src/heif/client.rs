//! The worker's side: starts a child for a file, and never trusts what it says further than its word is good.

use std::io;
use std::path::Path;
use std::time::Duration;

use safelight_core::child::{Child, ChildError, ChildSpec, Stream, describe_exit};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::time::timeout;

use super::MODE;
use super::wire::{self, Answer, Ask, Order};
use crate::pipeline::{Decoded, Format, Header, PictureError, Size, num};

/// Address space of a child that decodes nothing: its program and libraries.
const PROGRAM: u64 = 512 << 20;

/// The longest ICC profile taken over a pipe, with the samples.
const LONGEST_PROFILE: u64 = 16 << 20;

/// A child that has read the head of one file.
pub(crate) struct Decoder {
    format: Format,
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    deadline: Duration,
    memory: u64,
}

/// Why a conversation ended.
enum Broken {
    /// A pipe closed: the child has ended, or is about to.
    Closed(io::Error),
    Late,
    Said(PictureError),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Closed(error)
    }
}

impl Decoder {
    /// Starts `program` as a child and has it read the head. Dropping the future or the decoder kills it.
    pub(crate) async fn open(
        program: &Path,
        bytes: &[u8],
        format: Format,
        ask: &Ask,
        deadline: Duration,
    ) -> Result<(Self, Header), PictureError> {
        let memory = ask.memory.saturating_add(ask.bytes).saturating_add(PROGRAM);
        let spec = ChildSpec::new(program)
            .arg(MODE)
            .life_pipe()
            .memory_limit(memory)
            .cpu_limit(deadline.saturating_mul(2))
            .stdin(Stream::Piped)
            .stdout(Stream::Piped);
        let cannot = |error: ChildError| PictureError::internal("starting a decoder", error);
        let mut child = spec.spawn().await.map_err(cannot)?;
        let (Some(input), Some(output)) = (child.take_stdin(), child.take_stdout()) else {
            return Err(PictureError::internal("starting a decoder", "it has no pipes"));
        };
        let mut decoder = Self {
            format,
            child,
            input,
            output,
            deadline,
            memory: ask.memory,
        };
        let answer = timeout(deadline, decoder.ask(ask, bytes)).await;
        match answer.unwrap_or(Err(Broken::Late)) {
            Ok(header) => Ok((decoder, header)),
            Err(broken) => Err(decoder.failed(broken).await),
        }
    }

    /// Has it decode, and shrink to `base`.
    pub(crate) async fn decode(mut self, base: Size) -> Result<Decoded, PictureError> {
        let answer = timeout(self.deadline, self.order(base)).await;
        match answer.unwrap_or(Err(Broken::Late)) {
            Ok(decoded) => Ok(decoded),
            Err(broken) => Err(self.failed(broken).await),
        }
    }

    async fn ask(&mut self, ask: &Ask, bytes: &[u8]) -> Result<Header, Broken> {
        self.input.write_all(&wire::encode(ask)?).await?;
        self.input.write_all(bytes).await?;
        self.input.flush().await?;
        match self.answer().await? {
            Answer::Head(head) => Ok(head.header(self.format, bytes)),
            Answer::Refused(refusal) => Err(Broken::Said(refusal.error(self.format))),
            Answer::Done(_) => Err(self.nonsense()),
        }
    }

    async fn order(&mut self, base: Size) -> Result<Decoded, Broken> {
        let Size { width, height } = base;
        self.input.write_all(&wire::encode(&Order { width, height })?).await?;
        self.input.flush().await?;
        let done = match self.answer().await? {
            Answer::Done(done) => done,
            Answer::Refused(refusal) => return Err(Broken::Said(refusal.error(self.format))),
            Answer::Head(_) => return Err(self.nonsense()),
        };
        let most = self.memory.saturating_add(LONGEST_PROFILE);
        let length = done.bytes(most).ok_or_else(|| self.nonsense())?;
        let mut bytes = vec![0; length];
        self.output.read_exact(&mut bytes).await?;
        Ok(done.decoded(bytes))
    }

    async fn answer(&mut self) -> Result<Answer, Broken> {
        let length = self.output.read_u32_le().await?;
        if length > wire::LONGEST {
            return Err(self.nonsense());
        }
        let mut text = vec![0; num::usize_of(length)];
        self.output.read_exact(&mut text).await?;
        serde_json::from_slice(&text).map_err(|_error| self.nonsense())
    }

    fn nonsense(&self) -> Broken {
        Broken::Said(PictureError::decoder(
            self.format,
            "answered something else than was asked",
        ))
    }

    /// The reason in words; the child is gone afterwards.
    async fn failed(mut self, broken: Broken) -> PictureError {
        let detail = match broken {
            Broken::Said(error) => return error,
            Broken::Late => format!("did not finish within {} s", self.deadline.as_secs_f32()),
            Broken::Closed(error) => match self.child.wait_within(self.deadline).await {
                Ok(status) => describe_exit(status),
                Err(_) => format!("closed its pipe ({error})"),
            },
        };
        PictureError::decoder(self.format, detail)
    }
}
