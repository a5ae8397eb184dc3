//! A connection on which the lines of requests end in CRLF and in nothing else.
//!
//! The parser of the HTTP library also takes a bare LF for the end of a line. A proxy in front of us may not, and then the
//! two see different requests in the same bytes. So a bare LF is made a NUL before the parser sees it, which it refuses
//! wherever it stands: 400, and the connection is closed.

mod framing;

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use self::framing::Framing;

/// A connection that is looked at while it is read.
#[derive(Debug)]
pub struct Strict<C> {
    connection: C,
    framing: Framing,
    upgraded: Upgraded,
}

/// Whether a connection speaks HTTP no longer: from then on its bytes are its own.
#[derive(Clone, Debug, Default)]
pub struct Upgraded(Arc<AtomicBool>);

impl Upgraded {
    /// From now on.
    pub fn set(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl<C> Strict<C> {
    /// A new connection.
    pub fn new(connection: C) -> Self {
        Self {
            connection,
            framing: Framing::default(),
            upgraded: Upgraded::default(),
        }
    }

    /// The connection below.
    pub fn connection(&self) -> &C {
        &self.connection
    }

    /// To be set when it is upgraded.
    pub fn upgraded(&self) -> Upgraded {
        self.upgraded.clone()
    }
}

impl<C: AsyncRead + Unpin> AsyncRead for Strict<C> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.connection).poll_read(cx, buffer))?;
        if !this.upgraded.0.load(Ordering::Acquire) {
            this.framing
                .look(buffer.filled_mut().get_mut(before..).unwrap_or_default());
        }
        Poll::Ready(Ok(()))
    }
}

impl<C: AsyncWrite + Unpin> AsyncWrite for Strict<C> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().connection).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().connection).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().connection).poll_write_vectored(cx, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.connection.is_write_vectored()
    }
}
