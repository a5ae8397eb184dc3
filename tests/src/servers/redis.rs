//! A private Redis server.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;

use anyhow::{Context, Result};
use deadpool_redis::redis::{Client, aio::MultiplexedConnection, cmd};
use tokio::sync::Mutex;

use super::folder::subfolder;
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::wait::wait_until;

/// A Redis server on a loopback port of its own, without persistence, ended with the value.
pub struct Redis {
    folder: PathBuf,
    port: u16,
    child: Mutex<Option<Child>>,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start() -> Result<Arc<Self>> {
        let server = Self {
            folder: subfolder("redis")?,
            port: free_port()?,
            child: Mutex::new(None),
        };
        server.run().await?;
        Ok(Arc::new(server))
    }

    /// Its URL, as in `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A connection to it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self) -> Result<MultiplexedConnection> {
        Ok(Client::open(self.url())?.get_multiplexed_async_connection().await?)
    }

    /// Deletes every key.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn flush(&self) -> Result<()> {
        Ok(cmd("FLUSHALL").query_async(&mut self.connect().await?).await?)
    }

    /// Kills the server; everything in it is lost.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop(&self) -> Result<()> {
        if let Some(child) = self.child.lock().await.as_mut() {
            process::kill(child)?;
        }
        Ok(())
    }

    /// Starts the server again after [`Redis::stop`], empty, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn run(&self) -> Result<()> {
        let mut redis = Command::new("redis-server");
        redis.args([
            "--port",
            &self.port.to_string(),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]);
        redis
            .args(["--maxmemory-policy", "noeviction"])
            .current_dir(&self.folder);
        process::log_to(&mut redis, &self.folder.join("redis.log"))?;
        *self.child.lock().await = Some(process::spawn(redis, Signal::KILL)?);
        wait_until("Redis answers", || async {
            cmd("PING").query_async::<()>(&mut self.connect().await?).await?;
            Ok(true)
        })
        .await
        .with_context(|| std::fs::read_to_string(self.folder.join("redis.log")).unwrap_or_default())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(child) = self.child.get_mut() {
            let _ = process::kill(child);
        }
    }
}
