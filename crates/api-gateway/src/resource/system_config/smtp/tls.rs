//! TLS to a mail server.

use std::{io, sync::Arc};

use safelight_core::{
    settings::SmtpTransport,
    tls::{self, Peer},
};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};

/// Encrypts a connection. The certificate has to be one that the system trusts, unless the settings say that any will do.
pub(super) async fn wrap(stream: TcpStream, transport: &SmtpTransport) -> io::Result<TlsStream<TcpStream>> {
    let peer = if transport.ignore_cert {
        Peer::Anybody
    } else {
        Peer::Named(tls::system_roots())
    };
    let config = tls::client(peer).map_err(io::Error::other)?;
    let name = ServerName::try_from(transport.host.clone()).map_err(io::Error::other)?;
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}
