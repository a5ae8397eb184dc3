//! A connection to Postgres that writes the code of each error behind its text, see [`super::sqlstate`].

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_util::io::poll_read_buf;

use super::sqlstate::{ERROR, marked};

/// Messages begin with their kind and their length.
const HEADER: usize = 5;
/// Read at once.
const BLOCK: usize = 8 << 10;
/// A longer error is passed on as it is.
const LONGEST_ERROR: usize = 1 << 20;

/// What the server sends, message by message.
#[derive(Debug, Default)]
struct Messages {
    /// As it came.
    received: BytesMut,
    /// To be passed on.
    ready: BytesMut,
    /// Bytes of the message at hand that are passed on as they come.
    passing: usize,
}

impl Messages {
    /// Moves what can be passed on; an error waits until it is whole.
    fn sort(&mut self) {
        loop {
            let passed = self.passing.min(self.received.len());
            self.ready.unsplit(self.received.split_to(passed));
            self.passing -= passed;
            let Some((&kind, length)) = self.received.split_first().filter(|_| self.passing == 0) else {
                return;
            };
            let Some(length) = length.first_chunk::<4>() else {
                return;
            };
            let length = usize::try_from(u32::from_be_bytes(*length))
                .unwrap_or(usize::MAX)
                .saturating_add(1);
            if kind != ERROR || !(HEADER..=LONGEST_ERROR).contains(&length) {
                self.passing = length.max(1);
            } else if self.received.len() < length {
                return;
            } else {
                let error = self.received.split_to(length).freeze();
                self.ready.extend_from_slice(&marked(error));
            }
        }
    }

    /// What is left at the end, which is no whole message.
    fn end(&mut self) {
        self.ready.unsplit(self.received.split());
    }
}

/// See the module.
#[derive(Debug)]
pub(super) struct Marked<S> {
    stream: S,
    messages: Messages,
}

impl<S> Marked<S> {
    /// A stream on which the server has not spoken yet.
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream,
            messages: Messages::default(),
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Marked<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let Self { stream, messages } = self.get_mut();
        while messages.ready.is_empty() {
            messages.received.reserve(BLOCK);
            let read = ready!(poll_read_buf(Pin::new(&mut *stream), context, &mut messages.received))?;
            if read > 0 {
                messages.sort();
            } else {
                messages.end();
                break;
            }
        }
        let length = messages.ready.len().min(to.remaining());
        to.put_slice(messages.ready.get(..length).unwrap_or_default());
        messages.ready.advance(length);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Marked<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Marked<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.stream.channel_binding()
    }
}

/// A plain socket in the place of an encrypted one.
#[derive(Debug)]
pub(super) struct Bare<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Bare<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, to)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Bare<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Bare<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

/// Makes no TLS: the driver offers no other way to put something between itself and a socket.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plain;

type Connecting<T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send>>;

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Plain {
    type Stream = Marked<Bare<S>>;
    type TlsConnect = Self;
    type Error = io::Error;

    fn make_tls_connect(&mut self, _host: &str) -> io::Result<Self> {
        Ok(*self)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Plain {
    type Stream = Marked<Bare<S>>;
    type Error = io::Error;
    type Future = Connecting<Self::Stream>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(std::future::ready(Ok(Marked::new(Bare(stream)))))
    }
}

/// Makes TLS, and then reads along within.
#[derive(Debug, Clone)]
pub(super) struct Encrypted<T>(pub(super) T);

impl<S, T> MakeTlsConnect<S> for Encrypted<T>
where
    T: MakeTlsConnect<S>,
    T::Stream: Unpin,
    T::TlsConnect: Send + 'static,
    <T::TlsConnect as TlsConnect<S>>::Future: Send + 'static,
{
    type Stream = Marked<T::Stream>;
    type TlsConnect = Encrypted<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<Self::TlsConnect, Self::Error> {
        self.0.make_tls_connect(host).map(Encrypted)
    }
}

impl<S, T> TlsConnect<S> for Encrypted<T>
where
    T: TlsConnect<S>,
    T::Stream: Unpin,
    T::Future: Send + 'static,
{
    type Stream = Marked<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, T::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.0.connect(stream);
        Box::pin(async { connecting.await.map(Marked::new) })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    /// What arrives of `sent`, which comes in pieces of `size`.
    async fn received(sent: &[u8], size: usize) -> Vec<u8> {
        let mut stream = in_pieces(sent, size);
        let mut got = Vec::new();
        stream.read_to_end(&mut got).await.unwrap();
        got
    }

    fn in_pieces(sent: &[u8], size: usize) -> Marked<impl AsyncRead + Unpin> {
        let pieces: Vec<io::Result<bytes::Bytes>> = sent
            .chunks(size)
            .map(|piece| Ok(bytes::Bytes::copy_from_slice(piece)))
            .collect();
        Marked::new(tokio_util::io::StreamReader::new(futures_util::stream::iter(pieces)))
    }

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut message = vec![kind];
        message.extend_from_slice(&u32::try_from(body.len() + 4).unwrap().to_be_bytes());
        message.extend_from_slice(body);
        message
    }

    #[tokio::test]
    async fn only_errors_are_written_to_however_they_come() {
        let row = message(b'D', &[7; 300]);
        let ready = message(b'Z', b"I");
        let error = message(b'E', b"SFEHLER\0C40P01\0MVerklemmung\0\0");
        let written = message(b'E', b"SFEHLER\0C40P01\0MVerklemmung [40P01]\0\0");
        let sent = [&row[..], &error, &row, &ready, &error].concat();
        let expected = [&row[..], &written, &row, &ready, &written].concat();
        for size in [1, 3, 7, 64, 1000] {
            assert_eq!(received(&sent, size).await, expected, "in pieces of {size}");
        }
    }

    #[tokio::test]
    async fn what_is_cut_off_is_passed_on() {
        let error = message(b'E', b"SFATAL\0C57P01\0Mweg\0\0");
        for end in [1, 4, 5, 9, error.len() - 1] {
            assert_eq!(received(&error[..end], 2).await, &error[..end]);
        }
        let nonsense = b"E\0\0\0\0E\0\0\0\x04Z";
        assert_eq!(received(nonsense, 3).await.len(), nonsense.len());
    }
}
