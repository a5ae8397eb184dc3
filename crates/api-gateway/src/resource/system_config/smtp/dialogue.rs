//! The first words of SMTP: enough to know a mail server, and no more.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, split};

/// A server that says more than this in its greeting is none.
const LONGEST: u64 = 8 * 1024;

/// Whether a mail server is at the other end: it greets, and answers a greeting. (An FTP server greets with the same number.)
pub(super) async fn greet(stream: impl AsyncRead + AsyncWrite) -> io::Result<()> {
    let (read, mut write) = split(stream);
    let mut replies = BufReader::new(read.take(LONGEST));
    reply(&mut replies, "220").await?;
    write.write_all(b"EHLO safelight.invalid\r\n").await?;
    write.flush().await?;
    reply(&mut replies, "250").await?;
    write.write_all(b"QUIT\r\n").await?;
    write.flush().await
}

/// Reads a reply of one line or more, all of this number.
async fn reply(replies: &mut (impl AsyncBufRead + Unpin), number: &str) -> io::Result<()> {
    loop {
        let mut line = String::new();
        replies.read_line(&mut line).await?;
        let rest = line.strip_prefix(number).filter(|_| line.ends_with('\n'));
        match rest.and_then(|rest| rest.bytes().next()) {
            Some(b'-') => {}
            Some(b' ' | b'\r' | b'\n') => return Ok(()),
            _ => return Err(io::Error::other("no SMTP greeting")),
        }
    }
}
