//! Who is trusted where Redis speaks TLS: the system's authorities, or those of `REDIS_SSL_ROOT_CERT` alone.

use std::path::Path;
use std::sync::Arc;

use deadpool_redis::redis::TlsCertificates;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use super::StreamError;
use crate::config::RedisConfig;

/// For the library of long-lived connections.
pub(super) fn client_config(config: &RedisConfig) -> Result<ClientConfig, StreamError> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| StreamError::Config(error.to_string()))?;
    Ok(builder.with_root_certificates(roots(config)?).with_no_client_auth())
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
    let mut store = RootCertStore::empty();
    let Some(path) = &config.root_cert else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(store);
    };
    let own = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(path, &error))?;
    if store.add_parsable_certificates(own).0 == 0 {
        return Err(unreadable(path, &"no certificate in it"));
    }
    Ok(store)
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> StreamError {
    StreamError::Config(format!("REDIS_SSL_ROOT_CERT {}: {error}", path.display()))
}
