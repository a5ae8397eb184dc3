//! One database per test.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context as _, Result};
use tokio::sync::Mutex;
use tokio_postgres::Client;

use super::template::TEMPLATE;
use super::{Postgres, shared_postgres};

/// A fresh, migrated database. It goes with its server, so nothing has to be dropped.
pub struct TestDatabase {
    server: Arc<Postgres>,
    name: String,
}

impl TestDatabase {
    /// A fresh database on the server this process shares.
    ///
    /// # Errors
    /// When the server does not start or a migration fails.
    pub async fn create() -> Result<Self> {
        Self::create_on(shared_postgres().await?).await
    }

    /// A fresh database on `server`.
    ///
    /// # Errors
    /// When the server does not answer or a migration fails.
    pub async fn create_on(server: Arc<Postgres>) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        // Two copies of one template at the same time refuse each other.
        static COPYING: Mutex<()> = Mutex::const_new(());
        server.ensure_template().await?;
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let client = server.connect("postgres").await?;
        let _copying = COPYING.lock().await;
        client
            .batch_execute(&format!("create database {name} template {TEMPLATE}"))
            .await?;
        Ok(Self { server, name })
    }

    /// Its URL, as in `DB_URL`.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// Its URL for a process that reaches the server by TCP only.
    ///
    /// # Errors
    /// When the server has no address.
    pub fn far_url(&self) -> Result<String> {
        let (address, port) = self.server.address().context("the server has no address")?;
        Ok(format!("postgresql://postgres@{address}:{port}/{}", self.name))
    }

    /// What `pg_dump` makes of it, in a file that every cluster may read.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn dump(&self) -> Result<PathBuf> {
        let dump = self
            .server
            .run_program("pg_dump", &["--no-owner", "-Fc", &self.url()])?;
        let file = super::subfolder("dump")?.join("safelight.dump");
        std::fs::write(&file, dump)?;
        Ok(file)
    }

    /// A database on `server` that is made from a dump.
    ///
    /// # Errors
    /// When it cannot be restored.
    pub async fn restore_on(server: Arc<Postgres>, dump: &Path) -> Result<Self> {
        let name = "restored".to_owned();
        let client = server.connect("postgres").await?;
        client.batch_execute(&format!("create database {name}")).await?;
        let dump = dump.to_str().context("a path that is no text")?;
        server.run_program(
            "pg_restore",
            &["--no-owner", "--exit-on-error", "-d", &server.url(&name), dump],
        )?;
        Ok(Self { server, name })
    }

    /// The server it lives on.
    pub fn server(&self) -> &Arc<Postgres> {
        &self.server
    }

    /// A connection to it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self) -> Result<Client> {
        self.server.connect(&self.name).await
    }
}
