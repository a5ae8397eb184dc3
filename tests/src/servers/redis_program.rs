//! The programs that speak Redis's protocol and are installed here.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binaries;

/// An installed server.
#[derive(Debug, Clone)]
pub struct RedisProgram {
    name: &'static str,
    path: PathBuf,
}

impl RedisProgram {
    /// Redis, which every test needs.
    pub fn redis() -> Self {
        let path = find("redis-server").unwrap_or_else(|| "redis-server".into());
        Self { name: "Redis", path }
    }

    /// Valkey, where it is installed.
    pub fn valkey() -> Option<Self> {
        let path = find("valkey-server")?;
        Some(Self { name: "Valkey", path })
    }

    /// All that are installed; for one that is not, the output says `SKIPPED`.
    pub fn all() -> Vec<Self> {
        let valkey = Self::valkey();
        if valkey.is_none() {
            eprintln!("SKIPPED on Valkey: there is no valkey-server");
        }
        std::iter::once(Self::redis()).chain(valkey).collect()
    }

    /// What it is called.
    pub fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was built with TLS. Without, it says so and ends; with, it misses its certificate and ends.
    pub fn has_tls(&self) -> bool {
        let mut server = Command::new(&self.path);
        let output = server
            .args(["--port", "0", "--tls-port", "1", "--tls-cert-file", "/nonexistent"])
            .output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("certificate"))
    }
}

/// In `PATH`, or among the tools that `deploy/bootstrap` installs.
fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let tools = binaries::repository().join("target/tools/bin");
    let mut places = std::env::split_paths(&path)
        .chain([tools])
        .map(|folder| folder.join(program));
    places.find(|file| file.is_file())
}
