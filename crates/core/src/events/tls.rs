//! Who is trusted where Redis speaks TLS: the system's authorities, or those of `REDIS_SSL_ROOT_CERT` alone.

use std::path::Path;

use deadpool_redis::redis::TlsCertificates;
use rustls::ClientConfig;

use super::StreamError;
use crate::config::RedisConfig;
use crate::tls::{self, Peer, RootCertStore};

/// For the library of long-lived connections.
pub(super) fn client_config(config: &RedisConfig) -> Result<ClientConfig, StreamError> {
    tls::client(Peer::Named(roots(config)?)).map_err(|error| StreamError::Config(error.to_string()))
}

/// For the library of short commands; none where it trusts the system by itself.
pub(super) fn certificates(config: &RedisConfig) -> Result<Option<TlsCertificates>, StreamError> {
    let Some(path) = &config.root_cert else {
        return Ok(None);
    };
    // Read in full, so that a file without a certificate is told as such.
    roots(config)?;
    Ok(Some(TlsCertificates {
        client_tls: None,
        root_cert: Some(std::fs::read(path).map_err(|error| unreadable(path, &error))?),
    }))
}

fn roots(config: &RedisConfig) -> Result<RootCertStore, StreamError> {
    let Some(path) = &config.root_cert else {
        return Ok(tls::system_roots());
    };
    let mut store = RootCertStore::empty();
    let own = tls::certificates(path).map_err(|error| unreadable(path, &error))?;
    if store.add_parsable_certificates(own).0 == 0 {
        return Err(unreadable(path, &"no certificate in it"));
    }
    Ok(store)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> StreamError {
    StreamError::Config(format!("REDIS_SSL_ROOT_CERT {}: {error}", path.display()))
}
