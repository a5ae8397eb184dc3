//! A master, its replica, and the sentinels that watch them.

use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use anyhow::{Context, Result};
use deadpool_redis::redis::{Client, cmd};

use super::folder::subfolder;
use super::{Redis, RedisProgram};
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::wait::wait_until;

/// The name of the master.
pub const MASTER: &str = "library";

/// Two servers, one of them the other's replica, and sentinels that make the replica the master when that is gone.
pub struct Sentinels {
    /// The two servers; the first one is the master at the start.
    pub servers: [Arc<Redis>; 2],
    watchers: Vec<Sentinel>,
    password: Option<String>,
}

struct Sentinel {
    port: u16,
    child: Child,
}

impl Drop for Sentinel {
    fn drop(&mut self) {
        let _ = process::kill(&mut self.child);
    }
}

impl Sentinels {
    /// Starts everything with `count` sentinels, and waits until they know the replica. With passwords, the servers ask for
    /// the first and the sentinels for the second.
    ///
    /// # Errors
    /// When something does not start.
    pub async fn start(program: &RedisProgram, count: usize, passwords: Option<[&str; 2]>) -> Result<Self> {
        let servers_want = passwords.map(|[server, _]| server);
        let login: Vec<String> = servers_want.map_or(Vec::new(), |password| {
            vec![format!("requirepass {password}"), format!("masterauth {password}")]
        });
        let master = Redis::start_with(program, &login).await?;
        let mut lines = login;
        lines.push(format!("replicaof 127.0.0.1 {}", master.port()));
        let replica = Redis::start_with(program, &lines).await?;
        let password = passwords.map(|[_, sentinel]| sentinel.to_owned());
        let quorum = count / 2 + 1;
        let mut settings = vec![
            format!("sentinel monitor {MASTER} 127.0.0.1 {} {quorum}", master.port()),
            format!("sentinel down-after-milliseconds {MASTER} 1000"),
            format!("sentinel failover-timeout {MASTER} 5000"),
        ];
        settings.extend(servers_want.map(|password| format!("sentinel auth-pass {MASTER} {password}")));
        settings.extend(password.as_ref().map(|password| format!("requirepass {password}")));
        let started = (0..count).map(|_| Sentinel::start(program, &settings));
        let sentinels = Self {
            servers: [master, replica],
            watchers: started.collect::<Result<_>>()?,
            password,
        };
        sentinels.see_all().await?;
        Ok(sentinels)
    }

    /// `127.0.0.1:<port>` of each sentinel, separated by commas.
    pub fn addresses(&self) -> String {
        let addresses: Vec<String> = self.ports().map(|port| format!("127.0.0.1:{port}")).collect();
        addresses.join(",")
    }

    /// The ports of the sentinels.
    pub fn ports(&self) -> impl Iterator<Item = u16> {
        self.watchers.iter().map(|sentinel| sentinel.port)
    }

    /// Waits until every sentinel names the server `index` as the master.
    ///
    /// # Errors
    /// When they do not in time.
    pub async fn agree_on(&self, index: usize) -> Result<()> {
        let port = self.servers.get(index).context("two servers")?.port().to_string();
        wait_until("the sentinels agree on the master", || async {
            for sentinel in self.ports() {
                let mut ask = cmd("SENTINEL");
                let named: Vec<String> = self
                    .ask(sentinel, ask.arg("GET-MASTER-ADDR-BY-NAME").arg(MASTER))
                    .await?;
                anyhow::ensure!(named.last() == Some(&port), "the master is {named:?}");
            }
            Ok(true)
        })
        .await
    }

    /// A sentinel finds out about the replica and about the others by asking the master, some seconds after the start.
    async fn see_all(&self) -> Result<()> {
        let others = self.watchers.len() - 1;
        wait_until("the sentinels know each other and the replica", || async {
            for sentinel in self.ports() {
                for (what, expected) in [("REPLICAS", 1), ("SENTINELS", others)] {
                    let mut ask = cmd("SENTINEL");
                    let seen: Vec<Vec<String>> = self.ask(sentinel, ask.arg(what).arg(MASTER)).await?;
                    anyhow::ensure!(seen.len() == expected, "{what}: {} of {expected}", seen.len());
                }
            }
            Ok(true)
        })
        .await
    }

    async fn ask<T: deadpool_redis::redis::FromRedisValue>(
        &self,
        port: u16,
        command: &deadpool_redis::redis::Cmd,
    ) -> Result<T> {
        let login = self
            .password
            .as_ref()
            .map_or(String::new(), |password| format!(":{password}@"));
        let client = Client::open(format!("redis://{login}127.0.0.1:{port}"))?;
        Ok(command
            .query_async(&mut client.get_multiplexed_async_connection().await?)
            .await?)
    }
}

impl Sentinel {
    fn start(program: &RedisProgram, settings: &[String]) -> Result<Self> {
        let folder = subfolder("sentinel")?;
        let port = free_port()?;
        let own = [
            format!("port {port}"),
            "bind 127.0.0.1".to_owned(),
            format!("dir {}", folder.display()),
        ];
        let text = own
            .iter()
            .chain(settings)
            .fold(String::new(), |text, line| text + line + "\n");
        let file: PathBuf = folder.join("sentinel.conf");
        std::fs::write(&file, text)?;
        Ok(Self {
            port,
            child: spawn(program, &folder, &file)?,
        })
    }
}

fn spawn(program: &RedisProgram, folder: &Path, file: &Path) -> Result<Child> {
    let mut sentinel = Command::new(program.path());
    sentinel.arg(file).arg("--sentinel").current_dir(folder);
    process::log_to(&mut sentinel, &folder.join("sentinel.log"))?;
    process::spawn(sentinel, Signal::KILL)
}
