//! A private Redis server.

use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;

use anyhow::{Context, Result};
use deadpool_redis::redis::{Client, aio::MultiplexedConnection, cmd};
use tokio::sync::Mutex;

use super::RedisProgram;
use super::folder::subfolder;
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::wait::wait_until;

/// Who the harness is, whatever login the server asks of others.
const ADMIN: &str = "harness:harness@";

/// A Redis server on a loopback port and a socket of its own, without persistence, ended with the value.
pub struct Redis {
    folder: PathBuf,
    port: u16,
    program: RedisProgram,
    child: Mutex<Option<Child>>,
}

impl Redis {
    /// Starts a server.
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start() -> Result<Arc<Self>> {
        Self::start_with(&RedisProgram::redis(), &[]).await
    }

    /// Starts a server that keeps its data over a restart, and listens on `address` as well, for processes of another network
    /// namespace.
    ///
    /// # Errors
    /// When Redis is not installed or does not start.
    pub async fn start_keeping(address: Option<&str>) -> Result<Arc<Self>> {
        let mut lines = vec!["appendonly yes".to_owned()];
        if let Some(address) = address {
            lines.push(format!("bind 127.0.0.1 {address}"));
            lines.push("protected-mode no".to_owned());
        }
        Self::start_with(&RedisProgram::redis(), &lines).await
    }

    /// Starts a server of one program with more lines in its configuration.
    ///
    /// # Errors
    /// When it is not installed or does not start.
    pub async fn start_with(program: &RedisProgram, lines: &[String]) -> Result<Arc<Self>> {
        let server = Self {
            folder: subfolder("redis")?,
            port: free_port()?,
            program: program.clone(),
            child: Mutex::new(None),
        };
        let own = [
            format!("port {}", server.port),
            "bind 127.0.0.1".to_owned(),
            format!("dir {}", server.folder.display()),
            format!("unixsocket {}", server.socket().display()),
            "save \"\"".to_owned(),
            "appendonly no".to_owned(),
            "maxmemory-policy noeviction".to_owned(),
            // A replica of a test is there at once.
            "repl-diskless-sync-delay 0".to_owned(),
            "user harness on >harness ~* &* +@all".to_owned(),
        ];
        let text = own
            .iter()
            .chain(lines)
            .fold(String::new(), |text, line| text + line + "\n");
        std::fs::write(server.folder.join("redis.conf"), text)?;
        server.run().await?;
        Ok(Arc::new(server))
    }

    /// Its URL, as in `REDIS_URL`.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path of its socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("redis.sock")
    }

    /// A connection to it.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self) -> Result<MultiplexedConnection> {
        let client = Client::open(format!("redis://{ADMIN}127.0.0.1:{}", self.port))?;
        Ok(client.get_multiplexed_async_connection().await?)
    }

    /// Deletes every key.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn flush(&self) -> Result<()> {
        Ok(cmd("FLUSHALL").query_async(&mut self.connect().await?).await?)
    }

    /// Sets the most memory it may use, beyond which it refuses writes; 0 is no limit.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn limit_memory(&self, bytes: u64) -> Result<()> {
        let mut limit = cmd("CONFIG");
        limit.arg("SET").arg("maxmemory").arg(bytes);
        Ok(limit.query_async(&mut self.connect().await?).await?)
    }

    /// Removes what a stopped server has kept.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn forget(&self) -> Result<()> {
        match std::fs::remove_dir_all(self.folder.join("appendonlydir")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// How many clients wait in a command that blocks.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn blocked(&self) -> Result<u32> {
        let mut info = cmd("INFO");
        let text: String = info.arg("clients").query_async(&mut self.connect().await?).await?;
        let number = text.lines().find_map(|line| line.strip_prefix("blocked_clients:"));
        Ok(number.context("no blocked_clients in INFO")?.trim().parse()?)
    }

    /// Kills the server; everything in it that it does not keep is lost.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop(&self) -> Result<()> {
        if let Some(child) = self.child.lock().await.as_mut() {
            process::kill(child)?;
        }
        Ok(())
    }

    /// Sends a signal: after `STOP` its connections stay open and nothing is answered, until `CONT`.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn signal(&self, signal: Signal) -> Result<()> {
        match self.child.lock().await.as_ref() {
            Some(child) => process::signal(child.id(), signal),
            None => Ok(()),
        }
    }

    /// Starts the server again after [`Redis::stop`], with what it has kept, and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn run(&self) -> Result<()> {
        let log = self.folder.join("redis.log");
        let mut redis = Command::new(self.program.path());
        redis.arg(self.folder.join("redis.conf")).current_dir(&self.folder);
        process::log_to(&mut redis, &log)?;
        *self.child.lock().await = Some(process::spawn(redis, Signal::KILL)?);
        wait_until("Redis answers", || async {
            cmd("PING").query_async::<()>(&mut self.connect().await?).await?;
            Ok(true)
        })
        .await
        .with_context(|| std::fs::read_to_string(log).unwrap_or_default())
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(child) = self.child.get_mut() {
            let _ = process::kill(child);
        }
    }
}
