//! A certificate authority of a test, and the certificate of its servers.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::folder::subfolder;

/// Where the servers of a test listen.
const NAMES: &str = "subjectAltName=IP:127.0.0.1,DNS:localhost\n";

/// An authority that nobody else trusts, with one certificate for servers on the loopback address.
pub struct Authority {
    folder: PathBuf,
}

impl Authority {
    /// Makes both, with the program `openssl`.
    ///
    /// # Errors
    /// When it is not installed or fails.
    pub fn make() -> Result<Self> {
        let folder = subfolder("ca")?;
        std::fs::write(folder.join("names"), NAMES)?;
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        openssl(
            &folder,
            &format!("req -x509 {key} -keyout ca.key -out ca.pem -days 2 -subj /CN=Authority"),
        )?;
        openssl(
            &folder,
            &format!("req {key} -keyout server.key -out server.csr -subj /CN=localhost"),
        )?;
        openssl(
            &folder,
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile names",
        )?;
        Ok(Self { folder })
    }

    /// The authority's own certificate: what a client has to trust.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// The certificate for servers.
    pub fn server_certificate(&self) -> PathBuf {
        self.folder.join("server.pem")
    }

    /// Its key.
    pub fn server_key(&self) -> PathBuf {
        self.folder.join("server.key")
    }

    /// The lines of a Redis server or sentinel that speaks TLS on `port`, and asks no certificate of its clients.
    pub fn redis_lines(&self, port: u16) -> Vec<String> {
        let file = |name: &str| self.folder.join(name).display().to_string();
        vec![
            format!("tls-port {port}"),
            format!("tls-cert-file {}", file("server.pem")),
            format!("tls-key-file {}", file("server.key")),
            format!("tls-ca-cert-file {}", file("ca.pem")),
            "tls-auth-clients no".to_owned(),
        ]
    }
}

fn openssl(folder: &Path, arguments: &str) -> Result<()> {
    let mut openssl = Command::new("openssl");
    let output = openssl.args(arguments.split(' ')).current_dir(folder).output();
    let output = output.context("cannot run openssl")?;
    if !output.status.success() {
        bail!("openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
