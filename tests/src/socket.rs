//! A Socket.IO client that does only what a test tells it, down to single bytes.

use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use bytes::{Buf, BytesMut};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::timeout;

use crate::client::Client;
use crate::wait::PATIENCE;

/// Where sockets are opened.
pub const PATH: &str = "/api/socket.io/?EIO=4&transport=websocket";
/// Opcodes.
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const CLOSE: u8 = 8;
/// The length that says that two bytes with the length follow.
const LONG: u8 = 0x7e;
/// The last frame of its message.
const FIN: u8 = 0x80;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Received {
    /// A text.
    Text(String),
    /// The server has said why it closes.
    Close(u16),
    /// The connection has ended.
    End,
}

/// An open connection.
pub struct Socket {
    stream: TcpStream,
    unread: BytesMut,
}

impl Socket {
    /// Upgrades a connection to the gateway at `base` with these headers; nothing is read of what the server says first.
    ///
    /// # Errors
    /// When the server does not switch protocols.
    pub async fn open(base: &str, headers: &[(&str, &str)]) -> Result<Self> {
        Self::open_at(base, PATH, headers).await
    }

    /// The same at another path and query.
    ///
    /// # Errors
    /// When the server does not switch protocols; the message has its answer.
    pub async fn open_at(base: &str, path: &str, headers: &[(&str, &str)]) -> Result<Self> {
        let address = base.strip_prefix("http://").context("no http:// in front")?;
        let socket = TcpSocket::new_v4()?;
        // Small, so that a client that does not read is felt soon.
        socket.set_recv_buffer_size(16 * 1024)?;
        let mut stream = socket.connect(address.parse()?).await?;
        let mut request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        );
        for (name, value) in headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut socket = Self {
            stream,
            unread: BytesMut::new(),
        };
        let answer = socket.head().await?;
        if !answer.starts_with("HTTP/1.1 101 ") {
            bail!("{answer}{}", String::from_utf8_lossy(&socket.unread));
        }
        // The answer to the sample key of RFC 6455.
        if !answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") {
            bail!("wrong accept: {answer}");
        }
        Ok(socket)
    }

    /// Opens a socket, enters the default namespace and waits for the server's version.
    ///
    /// # Errors
    /// When anything else happens.
    pub async fn connect(base: &str, headers: &[(&str, &str)]) -> Result<Self> {
        let mut socket = Self::open(base, headers).await?;
        socket.send("40").await?;
        let (event, _) = socket.event().await?;
        if event != "on_server_version" {
            bail!("{event} instead of on_server_version");
        }
        Ok(socket)
    }

    /// The same with the credentials of a client, at the gateway whose turn it is.
    ///
    /// # Errors
    /// When anything else happens.
    pub async fn of(client: &Client) -> Result<Self> {
        let headers = client.headers().iter();
        let headers: Vec<(&str, &str)> = headers
            .map(|(name, value)| Ok((name.as_str(), value.to_str()?)))
            .collect::<Result<_>>()?;
        Self::connect(client.base()?, &headers).await
    }

    /// Sends a text.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send(&mut self, text: &str) -> Result<()> {
        self.send_frame(FIN | TEXT, text.as_bytes()).await
    }

    /// Sends a text in two frames.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send_in_parts(&mut self, first: &str, last: &str) -> Result<()> {
        self.send_frame(TEXT, first.as_bytes()).await?;
        self.send_frame(FIN | CONTINUATION, last.as_bytes()).await
    }

    /// Sends a masked frame with this first byte.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send_frame(&mut self, first: u8, payload: &[u8]) -> Result<()> {
        let mut frame = vec![first];
        match u16::try_from(payload.len())? {
            short @ 0..126 => frame.push(0x80 | u8::try_from(short)?),
            long => {
                frame.push(0x80 | LONG);
                frame.extend(long.to_be_bytes());
            }
        }
        // A mask of zeros changes nothing.
        frame.extend([0; 4]);
        frame.extend(payload);
        self.send_raw(&frame).await
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn send_raw(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// What comes next.
    ///
    /// # Errors
    /// When nothing comes for [`PATIENCE`].
    pub async fn next(&mut self) -> Result<Received> {
        timeout(PATIENCE, self.receive()).await.context("nothing came")
    }

    /// The next event; pings are answered and other packets are passed over.
    ///
    /// # Errors
    /// When the socket is closed instead, or nothing comes.
    pub async fn event(&mut self) -> Result<(String, Vec<Value>)> {
        match self.event_or_end().await? {
            Ok(event) => Ok(event),
            Err(end) => bail!("the socket was closed: {end:?}"),
        }
    }

    /// The next event, or how the socket ended.
    ///
    /// # Errors
    /// When nothing comes.
    pub async fn event_or_end(&mut self) -> Result<Result<(String, Vec<Value>), Received>> {
        loop {
            match self.next().await? {
                Received::Text(text) if text == "2" => self.send("3").await?,
                Received::Text(text) => {
                    let Some(list) = text.strip_prefix("42") else { continue };
                    let mut list: Vec<Value> = serde_json::from_str(list)?;
                    let name = list.remove(0).as_str().unwrap_or_default().to_owned();
                    return Ok(Ok((name, list)));
                }
                end => return Ok(Err(end)),
            }
        }
    }

    /// The events that come until one of this name, and it.
    ///
    /// # Errors
    /// When it does not come.
    pub async fn events_until(&mut self, last: &str) -> Result<Vec<(String, Vec<Value>)>> {
        let mut events = Vec::new();
        loop {
            let event = self
                .event()
                .await
                .with_context(|| format!("waiting for {last}, after {events:?}"))?;
            let found = event.0 == last;
            events.push(event);
            if found {
                return Ok(events);
            }
        }
    }

    /// What comes within this time, if anything; pings are answered.
    ///
    /// # Errors
    /// When the connection has ended.
    pub async fn event_within(&mut self, time: Duration) -> Result<Option<(String, Vec<Value>)>> {
        match timeout(time, self.event()).await {
            Ok(event) => event.map(Some),
            Err(_silence) => Ok(None),
        }
    }

    async fn receive(&mut self) -> Received {
        loop {
            if let Some(received) = self.take_frame() {
                return received;
            }
            match self.stream.read_buf(&mut self.unread).await {
                Ok(0) | Err(_) => return Received::End,
                Ok(_) => {}
            }
        }
    }

    /// A whole frame of the server, which masks nothing and divides nothing.
    fn take_frame(&mut self) -> Option<Received> {
        let (first, length) = (*self.unread.first()?, *self.unread.get(1)?);
        let number = |range: std::ops::Range<usize>| {
            let bytes = self.unread.get(range)?;
            Some(bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)))
        };
        let (head, length) = match length {
            126 => (4, number(2..4)?),
            127 => (10, number(2..10)?),
            short => (2, usize::from(short)),
        };
        let payload = self.unread.get(head..head + length)?.to_vec();
        self.unread.advance(head + length);
        Some(match first & 0x0f {
            CLOSE => Received::Close(
                payload
                    .iter()
                    .take(2)
                    .fold(0, |code, byte| code << 8 | u16::from(*byte)),
            ),
            _ => Received::Text(String::from_utf8_lossy(&payload).into_owned()),
        })
    }

    /// The head of the answer to the upgrade.
    async fn head(&mut self) -> Result<String> {
        loop {
            if let Some(end) = self.unread.windows(4).position(|four| four == b"\r\n\r\n") {
                let head = self.unread.split_to(end + 4);
                return Ok(String::from_utf8_lossy(&head).into_owned());
            }
            let read = timeout(PATIENCE, self.stream.read_buf(&mut self.unread)).await??;
            if read == 0 {
                bail!("the connection ended: {}", String::from_utf8_lossy(&self.unread));
            }
        }
    }
}
