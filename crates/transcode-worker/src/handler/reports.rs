//! What the child says, line by line.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::sync::mpsc;

use crate::pipeline::order::Report;

/// The most a line may have, in bytes; the names of all elements there are fit into it.
const LONGEST_LINE: u64 = 64 << 10;

/// Bytes that are kept of what a child complains: its last words.
const LAST_WORDS: usize = 4 << 10;

/// Reads the reports of a child until it has no more to say. What is not a report is skipped.
pub(super) fn read<R: AsyncRead + Unpin + Send + 'static>(output: R) -> mpsc::Receiver<Report> {
    let (sender, reports) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut lines = BufReader::new(output);
        let mut line = Vec::new();
        loop {
            line.clear();
            match (&mut lines).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
                Ok(0) | Err(_) => return,
                Ok(_) => {}
            }
            let Ok(report) = serde_json::from_slice(&line) else {
                continue;
            };
            if sender.send(report).await.is_err() {
                return;
            }
        }
    });
    reports
}

/// Reads what a child complains to its end, and keeps the last line that says something.
pub(super) async fn last_words<R: AsyncRead + Unpin>(mut complaints: R) -> String {
    let mut kept = Vec::new();
    let mut block = [0; 1 << 10];
    while let Ok(count @ 1..) = complaints.read(&mut block).await {
        kept.extend_from_slice(block.get(..count).unwrap_or_default());
        let surplus = kept.len().saturating_sub(LAST_WORDS);
        kept.drain(..surplus);
    }
    let text = String::from_utf8_lossy(&kept);
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
    line.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_reports_are_heard() {
        let mut reports = read(&b"hello\n{\"say\":\"done\"}\n{\"say\":\"unknown\"}\n{\"say\":\"done\"}"[..]);
        assert_eq!(reports.recv().await, Some(Report::Done));
        assert_eq!(reports.recv().await, Some(Report::Done));
        assert_eq!(reports.recv().await, None);
    }

    #[tokio::test]
    async fn the_last_words_count() {
        let mut said = "x".repeat(10_000);
        said.push_str("\nfirst\nlast words\n\n");
        assert_eq!(last_words(said.as_bytes()).await, "last words");
        assert_eq!(last_words(&b""[..]).await, "");
    }
}
