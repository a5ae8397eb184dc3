//! A private Postgres cluster.

use std::io::{Read as _, Seek as _, Write as _};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::{Client, NoTls};

use super::Authority;
use super::folder::subfolder;
use crate::ports::free_port;
use crate::process::{self, Signal};
use crate::system::descendants;
use crate::wait::wait_until;

/// A Postgres server on a socket of its own, ended with the value.
pub struct Postgres {
    folder: PathBuf,
    manner: Manner,
    child: Mutex<Option<Child>>,
    pub(super) template: OnceCell<()>,
}

/// How a server differs from the others.
#[derive(Default)]
struct Manner {
    /// Syncs every commit to disk.
    durable: bool,
    /// What it is made for.
    special: Option<Special>,
    /// Listens on an address, too.
    listen: Option<(String, u16)>,
    /// How many connections there are; 400 where nothing is said.
    connections: Option<u32>,
}

/// What a server may be made for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Special {
    /// It counts statements.
    Counting,
    /// It speaks German.
    German,
    /// It takes in a million assets quickly, and tells the plan of what programs ask.
    Large,
    /// It allows transactions to be prepared for a second phase.
    Preparing,
}

/// The memory of an ordinary server.
const SMALL: &[&str] = &["shared_buffers=64MB", "autovacuum_naptime=10s"];
/// A large library is vacuumed when it is complete; the log of changes is kept small.
const LARGE: &[&str] = &[
    "shared_buffers=512MB",
    "maintenance_work_mem=256MB",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_wal_size=512MB",
    "checkpoint_timeout=1h",
    "jit=off",
    "log_line_prefix=@%a ",
];

impl Postgres {
    /// Makes a cluster and starts it. It never syncs to disk: a test has no machine that crashes.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start() -> Result<Arc<Self>> {
        Self::start_as(Manner::default()).await
    }

    /// The same with the durability that Postgres has by default.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start_durable() -> Result<Arc<Self>> {
        let durable = true;
        Self::start_as(Manner {
            durable,
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start_durable`] with `pg_stat_statements` loaded, a module of contrib that counts statements.
    ///
    /// # Errors
    /// When Postgres is not installed, has no contrib modules, or does not start.
    pub async fn start_counting() -> Result<Arc<Self>> {
        Self::start_as(Manner {
            durable: true,
            special: Some(Special::Counting),
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start`] for a large library that comes in at once and then stays as it is. What a planner
    /// decides by is as it is by default. Each line of its log begins with `@` and the name of the program that asked.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start_large() -> Result<Arc<Self>> {
        let special = Some(Special::Large);
        Self::start_as(Manner {
            special,
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start`] with so few connections for everybody, three of them for administrators.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start_crowded(connections: u32) -> Result<Arc<Self>> {
        let connections = Some(connections);
        Self::start_as(Manner {
            connections,
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start`] for transactions that are prepared and committed later.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start_preparing() -> Result<Arc<Self>> {
        let special = Some(Special::Preparing);
        Self::start_as(Manner {
            special,
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start`] with messages in German.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start, or the system has no German.
    pub async fn start_german() -> Result<Arc<Self>> {
        let special = Some(Special::German);
        Self::start_as(Manner {
            special,
            ..Manner::default()
        })
        .await
    }

    /// The same as [`Postgres::start`] on a TCP address as well, for processes of another network namespace.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start.
    pub async fn start_on(address: &str) -> Result<Arc<Self>> {
        let listen = Some((address.to_owned(), free_port()?));
        Self::start_as(Manner {
            listen,
            ..Manner::default()
        })
        .await
    }

    async fn start_as(manner: Manner) -> Result<Arc<Self>> {
        let folder = subfolder("pg")?;
        if let Some((uid, gid)) = server_user()? {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid))?;
        }
        std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
        let mut initdb = program("initdb", &folder)?;
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]);
        let output = initdb
            .arg("--pgdata")
            .arg(folder.join("data"))
            .output()
            .context("cannot run initdb")?;
        if !output.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        if manner.special == Some(Special::German) {
            make_german(&folder)?;
        }
        if let Some((address, _)) = &manner.listen {
            let mut rules = std::fs::File::options()
                .append(true)
                .open(folder.join("data/pg_hba.conf"))?;
            writeln!(rules, "host all all {address}/24 trust")?;
        }
        let server = Self {
            folder,
            manner,
            child: Mutex::new(None),
            template: OnceCell::new(),
        };
        server.run().await?;
        Ok(Arc::new(server))
    }

    /// The connection URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let port = self.manner.listen.as_ref().map(|(_, port)| format!("&port={port}"));
        format!(
            "postgresql://postgres@/{database}?host={}{}",
            self.folder.display(),
            port.unwrap_or_default()
        )
    }

    /// Where it listens besides its socket.
    pub fn address(&self) -> Option<(&str, u16)> {
        let (address, port) = self.manner.listen.as_ref()?;
        Some((address, *port))
    }

    /// A connection to one of its databases. It closes when the client is dropped.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn connect(&self, database: &str) -> Result<Client> {
        let (client, connection) = tokio_postgres::connect(&self.url(database), NoTls).await?;
        tokio::spawn(connection);
        Ok(client)
    }

    /// Runs a program of its release, `pg_dump` for example, by its user.
    ///
    /// # Errors
    /// When it is not installed or fails.
    pub(super) fn run_program(&self, name: &str, arguments: &[&str]) -> Result<Vec<u8>> {
        let output = program(name, &self.folder)?.args(arguments).output()?;
        if !output.status.success() {
            bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(output.stdout)
    }

    /// What it has written into its log.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(process_log(&self.folder))?).into_owned())
    }

    /// What it has written into its log behind the first `bytes`.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log_behind(&self, bytes: u64) -> Result<String> {
        let mut log = std::fs::File::open(process_log(&self.folder))?;
        log.seek(std::io::SeekFrom::Start(bytes))?;
        let mut rest = Vec::new();
        log.read_to_end(&mut rest)?;
        Ok(String::from_utf8_lossy(&rest).into_owned())
    }

    /// How long its log is now, in bytes.
    ///
    /// # Errors
    /// When there is none.
    pub fn log_length(&self) -> Result<u64> {
        Ok(std::fs::metadata(process_log(&self.folder))?.len())
    }

    /// From now on it offers TLS.
    ///
    /// # Errors
    /// When it does not take the certificate.
    pub async fn encrypt(&self, authority: &Authority) -> Result<()> {
        for (from, name) in [
            (authority.server_certificate(), "server.crt"),
            (authority.server_key(), "server.key"),
        ] {
            let to = self.folder.join("data").join(name);
            std::fs::copy(from, &to)?;
            std::fs::set_permissions(&to, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            if let Some((uid, gid)) = server_user()? {
                std::os::unix::fs::chown(&to, Some(uid), Some(gid))?;
            }
        }
        let client = self.connect("postgres").await?;
        client.batch_execute("alter system set ssl = on").await?;
        client.batch_execute("select pg_reload_conf()").await?;
        wait_until("it offers TLS", || async {
            let setting = self.connect("postgres").await?.query_one("show ssl", &[]).await?;
            Ok(setting.get::<_, &str>(0) == "on")
        })
        .await
    }

    /// Ends the server at once, as a crash would, without waiting for its clients.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop(&self) -> Result<()> {
        self.stop_by(Signal::QUIT).await
    }

    /// Ends the server in order: open transactions are rolled back, and everything is written out first.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn stop_fast(&self) -> Result<()> {
        self.stop_by(Signal::INT).await
    }

    /// The process id, while it runs.
    pub async fn pid(&self) -> Option<u32> {
        self.child.lock().await.as_ref().map(Child::id)
    }

    /// Sends a signal to the server and all of its processes: after `STOP` its connections stay open and nothing is answered,
    /// until `CONT`.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn signal(&self, signal: Signal) -> Result<()> {
        if let Some(child) = self.child.lock().await.as_ref() {
            process::signal(child.id(), signal)?;
            for below in descendants(child.id()) {
                process::signal(below.pid, signal)?;
            }
        }
        Ok(())
    }

    async fn stop_by(&self, signal: Signal) -> Result<()> {
        let Some(mut child) = self.child.lock().await.take() else {
            return Ok(());
        };
        process::signal(child.id(), signal)?;
        tokio::task::spawn_blocking(move || child.wait()).await??;
        Ok(())
    }

    /// Starts the server again after [`Postgres::stop`] and waits until it answers.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn run(&self) -> Result<()> {
        let mut postgres = program("postgres", &self.folder)?;
        postgres
            .arg("-D")
            .arg(self.folder.join("data"))
            .arg("-k")
            .arg(&self.folder);
        // A crash of the machine is not tested, so nothing is synced; a crash of the server loses nothing for that.
        let hasty: &[&str] = if self.manner.durable {
            &[]
        } else {
            &["fsync=off", "full_page_writes=off"]
        };
        let addresses = format!("listen_addresses={}", self.address().map_or("", |(address, _)| address));
        let connections = format!("max_connections={}", self.manner.connections.unwrap_or(400));
        for setting in [addresses.as_str(), connections.as_str()].iter().chain(hasty) {
            postgres.args(["-c", setting]);
        }
        if self.manner.special == Some(Special::German) {
            postgres.env("LOCPATH", self.folder.join("locales"));
            postgres.args(["-c", "lc_messages=de_DE.UTF-8", "-c", "deadlock_timeout=3s"]);
        }
        if self.manner.special == Some(Special::Counting) {
            postgres.args(["-c", "shared_preload_libraries=pg_stat_statements"]);
        }
        if self.manner.special == Some(Special::Preparing) {
            postgres.args(["-c", "max_prepared_transactions=4"]);
        }
        if let Some((_, port)) = self.address() {
            postgres.args(["-p", &port.to_string()]);
        }
        let memory: &[&str] = if self.manner.special == Some(Special::Large) {
            LARGE
        } else {
            SMALL
        };
        for setting in memory {
            postgres.args(["-c", setting]);
        }
        postgres.args(["-c", "timezone=UTC"]);
        process::log_to(&mut postgres, &process_log(&self.folder))?;
        *self.child.lock().await = Some(process::spawn(postgres, Signal::QUIT)?);
        let ready = wait_until("Postgres answers", || async {
            self.connect("postgres").await?.simple_query("select 1").await?;
            Ok(true)
        });
        ready
            .await
            .with_context(|| std::fs::read_to_string(process_log(&self.folder)).unwrap_or_default())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(child) = self.child.get_mut() {
            // An immediate stop, so that no shared memory stays behind.
            let _ = process::signal(child.id(), Signal::QUIT);
            let _ = child.wait();
        }
    }
}

fn process_log(folder: &Path) -> PathBuf {
    folder.with_extension("log")
}

/// Makes the German locale, which few machines have.
fn make_german(folder: &Path) -> Result<()> {
    let locales = folder.join("locales");
    std::fs::create_dir(&locales)?;
    let mut localedef = Command::new("localedef");
    localedef.args(["--no-archive", "-i", "de_DE", "-f", "UTF-8"]);
    let output = localedef.arg(locales.join("de_DE.UTF-8")).output();
    let output = output.context("cannot run localedef")?;
    if !output.status.success() {
        bail!(
            "localedef failed (package locales): {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// A program of the newest Postgres installed, run by the user that may run it.
fn program(name: &str, folder: &Path) -> Result<Command> {
    let mut command = Command::new(newest()?.join(name));
    command
        .current_dir(folder)
        .env_remove("PGHOST")
        .env_remove("PGDATABASE")
        .env_remove("PGUSER");
    if let Some((uid, gid)) = server_user()? {
        command.uid(uid).gid(gid);
    }
    Ok(command)
}

fn newest() -> Result<PathBuf> {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").context("Postgres is not installed (/usr/lib/postgresql)")?;
    let mut numbers: Vec<u32> = versions
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    numbers.sort_unstable();
    let newest = numbers.last().context("/usr/lib/postgresql has no version")?;
    Ok(PathBuf::from(format!("/usr/lib/postgresql/{newest}/bin")))
}

/// The user and group of the distribution's Postgres when we are root (the server refuses root); otherwise none.
fn server_user() -> Result<Option<(u32, u32)>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd")?;
    let line = users
        .lines()
        .find(|line| line.starts_with("postgres:"))
        .context("no user postgres in /etc/passwd")?;
    let mut fields = line.split(':').skip(2);
    let mut number = || {
        fields
            .next()
            .and_then(|field| field.parse().ok())
            .context("bad line in /etc/passwd")
    };
    Ok(Some((number()?, number()?)))
}
