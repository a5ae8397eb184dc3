use tokio_postgres_rustls::MakeRustlsConnect;

use super::DbError;
use crate::config::{DatabaseConfig, SslMode};
use crate::tls::{self, Peer, RootCertStore};

/// What makes the TLS side of a connection.
pub(super) type Connector = MakeRustlsConnect;

/// The connector for the mode of `config`, which are libpq's: below `verify-full` the name is not looked at, below `verify-ca`
/// nothing is.
pub(super) fn connector(config: &DatabaseConfig) -> Result<Connector, DbError> {
    let peer = match config.ssl_mode {
        SslMode::VerifyFull => Peer::Named(roots(config)?),
        SslMode::VerifyCa => Peer::Chained(roots(config)?),
        SslMode::Disable | SslMode::Prefer | SslMode::Require => Peer::Anybody,
    };
    let client = tls::client(peer).map_err(|error| DbError::Tls(error.to_string()))?;
    Ok(MakeRustlsConnect::new(client))
}

/// The authorities of the system, and those of `DB_SSL_ROOT_CERT`.
fn roots(config: &DatabaseConfig) -> Result<RootCertStore, DbError> {
    let mut store = tls::system_roots();
    if let Some(path) = &config.ssl_root_cert {
        let own = tls::certificates(path).map_err(|error| DbError::Tls(format!("DB_SSL_ROOT_CERT {path}: {error}")))?;
        store.add_parsable_certificates(own);
    }
    Ok(store)
}
