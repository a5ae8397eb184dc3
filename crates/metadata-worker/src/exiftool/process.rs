//! One running exiftool.

use std::ffi::OsStr;

use safelight_core::child::{Child, ChildSpec, Stream};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

use super::ExifToolError;
use super::command::{Command, ready};

/// The most bytes of an answer; the tags asked for fit a thousand times.
const ANSWER_LIMIT: usize = 8 * 1024 * 1024;

/// What it printed about one command.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// A process that waits for commands. Dropping it kills it.
#[derive(Debug)]
pub(super) struct Process {
    _child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    /// How many commands it was given.
    pub(super) served: u64,
}

impl Process {
    /// Starts the program.
    pub(super) async fn start(program: &OsStr) -> Result<Self, ExifToolError> {
        let spec = ChildSpec::new(program)
            .args(["-stay_open", "True", "-@", "-"])
            // Perl complains at length about a locale that is not installed.
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stream::Piped)
            .stdout(Stream::Piped)
            .stderr(Stream::Piped);
        let mut child = spec.spawn().await.map_err(ExifToolError::Start)?;
        let (Some(stdin), Some(stdout), Some(stderr)) = (child.take_stdin(), child.take_stdout(), child.take_stderr())
        else {
            return Err(ExifToolError::Ended);
        };
        tracing::debug!(child.pid = child.id(), "exiftool started");
        let (stdout, stderr) = (BufReader::new(stdout), BufReader::new(stderr));
        Ok(Self {
            _child: child,
            stdin,
            stdout,
            stderr,
            served: 0,
        })
    }

    /// Gives it one command and waits for the whole answer. After an error, or when this is dropped half-way, the process
    /// is of no more use: an answer may still be on its way.
    pub(super) async fn run(&mut self, command: Command) -> Result<Answer, ExifToolError> {
        self.served += 1;
        let end = ready(self.served);
        let lines = command.numbered(self.served);
        let send = async {
            self.stdin.write_all(&lines).await?;
            self.stdin.flush().await?;
            Ok(())
        };
        let (stdout, stderr) = (until(&mut self.stdout, &end), until(&mut self.stderr, &end));
        let ((), stdout, stderr) = tokio::try_join!(send, stdout, stderr)?;
        Ok(Answer { stdout, stderr })
    }
}

/// Reads up to the line that ends an answer.
async fn until(stream: &mut BufReader<impl AsyncRead + Unpin>, end: &str) -> Result<String, ExifToolError> {
    let mut answer = Vec::new();
    loop {
        let start = answer.len();
        let room = ANSWER_LIMIT.saturating_sub(start);
        let read = read_line(stream, &mut answer, room).await?;
        match read {
            0 if start >= ANSWER_LIMIT => return Err(ExifToolError::TooMuchOutput(ANSWER_LIMIT)),
            0 => return Err(ExifToolError::Ended),
            _ => {}
        }
        let line = answer.get(start..).unwrap_or_default();
        if line.trim_ascii_end() == end.as_bytes() {
            answer.truncate(start);
            return Ok(String::from_utf8_lossy(&answer).into_owned());
        }
    }
}

/// Appends one line, or as much of it as there is room for.
async fn read_line(
    stream: &mut BufReader<impl AsyncRead + Unpin>,
    into: &mut Vec<u8>,
    room: usize,
) -> Result<usize, ExifToolError> {
    let room = u64::try_from(room).unwrap_or(u64::MAX);
    Ok(tokio::io::AsyncReadExt::take(stream, room)
        .read_until(b'\n', into)
        .await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> Result<String, ExifToolError> {
        until(&mut BufReader::new(text.as_bytes()), "{ready1}").await
    }

    #[tokio::test]
    async fn an_answer_ends_with_its_number() {
        assert_eq!(
            read("[{}]\n{ready12}\n{ready1}\nrest").await.unwrap(),
            "[{}]\n{ready12}\n"
        );
        assert!(matches!(read("[{}]\n").await, Err(ExifToolError::Ended)));
        let flood = "x".repeat(ANSWER_LIMIT + 1);
        assert!(matches!(read(&flood).await, Err(ExifToolError::TooMuchOutput(_))));
    }
}
