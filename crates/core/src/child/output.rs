//! Running a child to its end for what it prints.

use std::{process::ExitStatus, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _},
    time::timeout,
};

use super::{Child, ChildError, ChildSpec, Hindrance, Stream};

/// The most that is kept of what a child says on its error stream, in bytes; the rest is read and dropped.
const STDERR_KEPT: usize = 64 * 1024;

/// What a child that has ended left behind.
#[derive(Debug)]
pub struct Output {
    /// How it ended.
    pub status: ExitStatus,
    /// All of what it printed.
    pub stdout: Vec<u8>,
    /// The first 64 KiB of what it complained.
    pub stderr: Vec<u8>,
}

impl ChildSpec {
    /// Runs the process to its end within a deadline, accepting at most `limit` bytes of output; the whole group is
    /// killed when it takes longer or prints more.
    pub async fn output(self, deadline: Duration, limit: usize) -> Result<Output, ChildError> {
        let mut child = self.stdout(Stream::Piped).stderr(Stream::Piped).spawn().await?;
        let hindrance = Hindrance::of(&child);
        let result = timeout(deadline, collect(&mut child, limit)).await;
        let outcome = result.unwrap_or_else(|_elapsed| Err(child.late(&hindrance, deadline)));
        if outcome.is_err() {
            child.kill().await?;
        }
        outcome
    }
}

/// Reads both streams to their ends, then waits.
async fn collect(child: &mut Child, limit: usize) -> Result<Output, ChildError> {
    let (stdout, stderr) = (child.take_stdout(), child.take_stderr());
    let (stdout, stderr) = tokio::join!(read_up_to(stdout, limit.saturating_add(1)), read_all(stderr));
    let stdout = stdout.map_err(|source| child.lost(source))?;
    let stderr = stderr.map_err(|source| child.lost(source))?;
    if stdout.len() > limit {
        return Err(ChildError::TooMuchOutput {
            program: child.name().to_owned(),
            limit,
        });
    }
    let status = child.wait().await?;
    Ok(Output { status, stdout, stderr })
}

async fn read_up_to<R: AsyncRead + Unpin>(stream: Option<R>, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        stream
            .take(u64::try_from(limit).unwrap_or(u64::MAX))
            .read_to_end(&mut bytes)
            .await?;
    }
    Ok(bytes)
}

/// Reads to the end, so that the child never blocks on a full pipe, and keeps the beginning.
async fn read_all<R: AsyncRead + Unpin>(stream: Option<R>) -> std::io::Result<Vec<u8>> {
    let Some(mut stream) = stream else {
        return Ok(Vec::new());
    };
    let bytes = read_up_to(Some(&mut stream), STDERR_KEPT).await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(bytes)
}
