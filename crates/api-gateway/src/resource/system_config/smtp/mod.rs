//! Whether the mail server of new settings is there, so that a typing error shows when it is made.
//!
//! Whoever may change settings may so make this machine knock at any door that it can reach. All they learn is whether a mail
//! server speaks at the place they typed: everything else has one answer, given after the same time, whether a door was
//! closed, silent or another service's. And only a few look at a time.

mod dialogue;
mod tls;

use std::{sync::Arc, time::Duration};

use actix_web::http::StatusCode;
use safelight_core::{
    config::{ConfigError, Env},
    settings::SmtpTransport,
};
use tokio::{
    net::TcpStream,
    sync::Semaphore,
    time::{Instant, sleep_until, timeout_at},
};

use crate::http::error::ApiError;

/// So many look for mail servers at the same moment.
const AT_ONCE: usize = 2;

/// The mail server cannot be used; why is logged.
#[derive(Debug)]
pub(crate) struct Unreachable;

/// Looks for mail servers. Cheap to clone.
#[derive(Clone)]
pub(crate) struct MailServers {
    /// `SAFELIGHT_SMTP_PATIENCE`: how long a server may take to be reached and to greet, and how long it takes to say
    /// that there is none (5 s).
    patience: Duration,
    looking: Arc<Semaphore>,
}

impl MailServers {
    /// Waits so long for each.
    pub(crate) fn new(patience: Duration) -> Self {
        Self {
            patience,
            looking: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Refuses settings whose server is not there.
    ///
    /// # Errors
    /// 400 `Invalid SMTP configuration`, 429 where others are looking.
    pub(super) async fn check(&self, transport: &SmtpTransport) -> Result<(), ApiError> {
        let reached = self.reach(transport).await?;
        reached.map_err(|Unreachable| ApiError::bad("Invalid SMTP configuration"))
    }

    /// Connects to the server and exchanges greetings, over TLS where the settings say so.
    ///
    /// # Errors
    /// 429 where others are looking.
    pub(crate) async fn reach(&self, transport: &SmtpTransport) -> Result<Result<(), Unreachable>, ApiError> {
        if transport.host.is_empty() {
            return Ok(Err(Unreachable));
        }
        let Ok(_looking) = self.looking.try_acquire() else {
            let message = "Another mail server is being looked for, try again later";
            return Err(ApiError::later(StatusCode::TOO_MANY_REQUESTS, message, self.patience));
        };
        let deadline = Instant::now() + self.patience;
        let reason = match timeout_at(deadline, greet(transport)).await {
            Ok(Ok(())) => return Ok(Ok(())),
            Ok(Err(error)) => error.to_string(),
            Err(_elapsed) => "no answer in time".to_owned(),
        };
        tracing::info!(reason, "a mail server cannot be used");
        sleep_until(deadline).await;
        Ok(Err(Unreachable))
    }
}

/// Reads `SAFELIGHT_SMTP_PATIENCE`.
///
/// # Errors
/// It cannot be read.
pub(crate) fn patience(env: &Env) -> Result<Duration, ConfigError> {
    let given = env.duration("SAFELIGHT_SMTP_PATIENCE")?;
    Ok(given.unwrap_or(Duration::from_secs(5)))
}

async fn greet(transport: &SmtpTransport) -> std::io::Result<()> {
    let stream = TcpStream::connect((transport.host.as_str(), transport.port)).await?;
    if transport.secure {
        dialogue::greet(tls::wrap(stream, transport).await?).await
    } else {
        dialogue::greet(stream).await
    }
}

#[cfg(test)]
mod tests {
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    const PATIENCE: Duration = Duration::from_millis(300);
    /// More than any greeting.
    static ENDLESS: [u8; 100_000] = [b'2'; 100_000];

    fn at(port: u16, secure: bool) -> SmtpTransport {
        SmtpTransport {
            host: "127.0.0.1".to_owned(),
            port,
            secure,
            ..SmtpTransport::default()
        }
    }

    /// A service that says this at once, and then `second` to whatever it is told.
    async fn service(first: &'static [u8], second: &'static [u8]) -> u16 {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.write_all(first).await;
                let _ = stream.read(&mut [0; 512]).await;
                let _ = stream.write_all(second).await;
                // Keeps the connection open until the other side is done.
                let _ = stream.read_to_end(&mut Vec::new()).await;
            }
        });
        port
    }

    async fn look(port: u16, secure: bool) -> (Result<(), String>, Duration) {
        let began = Instant::now();
        let answer = MailServers::new(PATIENCE).check(&at(port, secure)).await;
        (answer.map_err(|error| error.to_string()), began.elapsed())
    }

    #[tokio::test]
    async fn a_mail_server_passes() {
        let port = service(b"220-mail.example.com\r\n220 ESMTP\r\n", b"250-mail\r\n250 SIZE\r\n").await;
        let patient = MailServers::new(Duration::from_secs(60));
        patient.check(&at(port, false)).await.unwrap();
    }

    #[tokio::test]
    async fn everything_else_looks_the_same() {
        let closed = {
            let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
            listener.local_addr().unwrap().port()
        };
        let refused = Err("Invalid SMTP configuration".to_owned());
        for (what, port, secure) in [
            ("closed", closed, false),
            ("silent", service(b"", b"").await, false),
            (
                "a web server",
                service(b"HTTP/1.1 400 Bad Request\r\n\r\n", b"").await,
                false,
            ),
            (
                "a file server",
                service(b"220 FTP\r\n", b"530 Please login\r\n").await,
                false,
            ),
            ("endless", service(&ENDLESS, b"").await, false),
            (
                "open, without TLS",
                service(b"220 mail\r\n", b"250 mail\r\n").await,
                true,
            ),
        ] {
            let (answer, took) = look(port, secure).await;
            assert_eq!(answer, refused, "{what}");
            assert!(took >= PATIENCE, "{what} was told after {took:?}");
        }
    }

    #[tokio::test]
    async fn only_a_few_look_at_a_time() {
        let servers = MailServers::new(PATIENCE);
        let transport = at(service(b"", b"").await, false);
        let looks = (0..=AT_ONCE).map(|_| servers.check(&transport));
        let answers = futures_util::future::join_all(looks).await;
        let later = answers
            .iter()
            .filter(|answer| matches!(answer, Err(ApiError::Later(..))));
        assert_eq!(later.count(), 1);
    }
}
