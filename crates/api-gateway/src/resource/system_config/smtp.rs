//! Whether the mail server of new settings is there, so that a typing error shows when it is made.

use std::time::Duration;

use safelight_core::settings::SmtpTransport;
use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

use crate::http::error::ApiError;

/// How long the server may take to be reached and to greet.
const PATIENCE: Duration = Duration::from_secs(10);

/// The mail server cannot be used; why is logged.
#[derive(Debug)]
pub(crate) struct Unreachable;

/// Refuses settings whose server is not there.
///
/// # Errors
/// 400 `Invalid SMTP configuration`.
pub(super) async fn check(transport: &SmtpTransport) -> Result<(), ApiError> {
    let reached = reach(transport).await;
    reached.map_err(|Unreachable| ApiError::bad("Invalid SMTP configuration"))
}

/// Connects to the server; without TLS from the first byte it must also greet.
///
/// # Errors
/// It does not.
pub(crate) async fn reach(transport: &SmtpTransport) -> Result<(), Unreachable> {
    let reached = async {
        if transport.host.is_empty() {
            return Err(std::io::Error::other("no host"));
        }
        let mut stream = TcpStream::connect((transport.host.as_str(), transport.port)).await?;
        let mut greeting = [0_u8; 3];
        if !transport.secure {
            stream.read_exact(&mut greeting).await?;
        }
        if transport.secure || greeting == *b"220" {
            Ok(())
        } else {
            Err(std::io::Error::other("no SMTP greeting"))
        }
    };
    let reason = match timeout(PATIENCE, reached).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(_elapsed) => "no answer in time".to_owned(),
    };
    tracing::info!(reason, "a mail server cannot be used");
    Err(Unreachable)
}

#[cfg(test)]
mod tests {
    use tokio::{io::AsyncWriteExt, net::TcpListener};

    use super::*;

    async fn greeted_with(greeting: &'static [u8]) -> Result<(), ApiError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            stream.write_all(greeting).await.unwrap();
        });
        let transport = SmtpTransport {
            host: "127.0.0.1".to_owned(),
            port,
            ..SmtpTransport::default()
        };
        let result = check(&transport).await;
        server.await.unwrap();
        result
    }

    #[tokio::test]
    async fn a_mail_server_passes_and_nothing_else() {
        assert!(greeted_with(b"220 mail.example.com ESMTP\r\n").await.is_ok());
        assert_eq!(
            greeted_with(b"HTTP/1.1 400\r\n").await.unwrap_err().to_string(),
            "Invalid SMTP configuration"
        );
        assert!(check(&SmtpTransport::default()).await.is_err());
    }
}
