//! Whether a service answers.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use safelight_core::config::DatabaseConfig;
use safelight_core::db;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::{sleep, timeout};

/// Time between two questions.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long one answer may take.
const DEADLINE: Duration = Duration::from_secs(3);

/// How a service is asked.
#[derive(Debug, Clone)]
pub(crate) enum Probe {
    /// Postgres: can one connect?
    Postgres(Box<DatabaseConfig>),
    /// Redis on a socket: `PING`.
    Redis(PathBuf),
    /// HTTP: does a GET of this path answer 200?
    Http(SocketAddr, &'static str),
}

impl Probe {
    /// Waits until the service answers.
    pub(crate) async fn answered(&self) {
        while !timeout(DEADLINE, self.ask()).await.unwrap_or(false) {
            sleep(INTERVAL).await;
        }
    }

    async fn ask(&self) -> bool {
        match self {
            Self::Postgres(config) => db::connect(config).await.is_ok(),
            Self::Redis(socket) => match UnixStream::connect(socket).await {
                Ok(stream) => begins(stream, "PING\r\n", "+PONG").await,
                Err(_) => false,
            },
            Self::Http(address, path) => match TcpStream::connect(address).await {
                Ok(stream) => {
                    let question = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
                    begins(stream, &question, "HTTP/1.1 200").await
                }
                Err(_) => false,
            },
        }
    }
}

/// Asks a question and compares the beginning of the answer.
async fn begins(mut stream: impl AsyncRead + AsyncWrite + Unpin, question: &str, expected: &str) -> bool {
    let mut answer = vec![0; expected.len()];
    let asked = stream.write_all(question.as_bytes()).await.is_ok();
    asked && stream.read_exact(&mut answer).await.is_ok() && answer == expected.as_bytes()
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn only_a_good_answer_counts() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let probe = Probe::Http(listener.local_addr().unwrap(), "/readyz");
        let server = async {
            for answer in ["HTTP/1.1 503 No\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"] {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut block = [0; 1024];
                let length = stream.read(&mut block).await.unwrap();
                assert!(block[..length].starts_with(b"GET /readyz HTTP/1.1\r\n"));
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        };
        tokio::join!(server, probe.answered());
        drop(listener);
        assert!(!probe.ask().await);
    }
}
