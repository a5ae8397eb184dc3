//! The private Postgres: found, initialised once, and described as a program to keep running.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use diesel_async::{RunQueryDsl as _, SimpleAsyncConnection as _};
use safelight_core::child::{ChildSpec, Signal};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db;

use super::layout::{Layout, is_root, make_private};
use super::probe::Probe;
use super::program::Program;
use super::users::{self, User};
use super::versions::{self, Installed};
use crate::say;

/// Its name in logs and status.
pub(crate) const NAME: &str = "postgres";

/// The role and the database.
const ROLE: &str = "safelight";

/// How long `initdb` may take, on the slowest of disks.
const INITDB_DEADLINE: Duration = Duration::from_secs(300);

/// The folder of the socket.
pub(crate) fn socket_folder(sockets: &Path) -> PathBuf {
    sockets.join("postgres")
}

/// The URL of the database on its socket. There is no password: only who can enter the socket's folder gets that far.
pub(crate) fn url(sockets: &Path) -> String {
    let folder = socket_folder(sockets).to_string_lossy().replace('/', "%2F");
    format!("postgres://{ROLE}@{folder}/{ROLE}?sslmode=disable")
}

/// The configuration of a client of the private server.
pub(crate) fn config(sockets: &Path) -> anyhow::Result<DatabaseConfig> {
    Ok(DatabaseConfig::from_env(&Env::of([("DB_URL", url(sockets))]))?)
}

/// Makes what the server needs and tells how to run it.
///
/// # Errors
/// No Postgres is installed, the data are of another major version, or `initdb` fails.
pub(crate) async fn prepare(env: &Env, layout: &Layout) -> anyhow::Result<Program> {
    let installed = versions::installed(env).await?;
    let user = is_root().then(|| users::find(&["postgres"])).flatten();
    if is_root() && user.is_none() {
        bail!(
            "Postgres does not run as root, and there is no user `postgres`: install the package postgresql, or set DB_URL"
        );
    }
    let data = users::server_folder(layout, NAME, user).await?;
    let server = choose(&data, &installed, &url(&layout.sockets))?;
    if !data.join("PG_VERSION").exists() {
        say::note(&format!(
            "Making a private Postgres {} in {}.",
            server.major,
            data.display()
        ));
        initialise(&server, &data, user).await?;
    }
    let sockets = socket_folder(&layout.sockets);
    if !sockets.is_dir() || user.is_none() {
        make_private(&sockets, 0o700)?;
    }
    if let Some(user) = user {
        users::own(&sockets, user)?;
    }
    let mut spec = as_user(ChildSpec::new(server.program("postgres")), user)
        .arg("-D")
        .arg(&data)
        .arg("-k")
        .arg(&sockets);
    for setting in SETTINGS {
        spec = spec.arg("-c").arg(setting);
    }
    let mut config = config(&layout.sockets)?;
    config.params.dbname("postgres");
    Ok(Program {
        name: NAME,
        // Niceness and the signal of our own death: a fast shutdown, which leaves nothing to recover.
        spec: spec.nice(0).death_signal(Signal::INT),
        probe: Probe::Postgres(Box::new(config)),
        stop_signal: Signal::INT,
        stop_grace: Duration::from_secs(60),
    })
}

/// No TCP port, a socket for nobody else, and a quiet log.
const SETTINGS: [&str; 6] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "log_checkpoints=off",
    "log_min_messages=warning",
    "log_line_prefix=",
];

/// Makes the database, once.
pub(crate) async fn make_database(layout: &Layout) -> anyhow::Result<()> {
    let mut config = config(&layout.sockets)?;
    config.params.dbname("postgres");
    let mut conn = db::connect(&config).await?;
    let there = diesel::sql_query("select from pg_database where datname = 'safelight'");
    if there.execute(&mut conn).await? == 0 {
        conn.batch_execute("create database safelight")
            .await
            .context("cannot make the database")?;
    }
    Ok(())
}

/// The server for the data: of their version, else the newest.
fn choose(data: &Path, installed: &[Installed], url: &str) -> anyhow::Result<Installed> {
    // Of several of one version the first: the distribution's own folder goes before links to it.
    let newest = installed
        .iter()
        .rev()
        .max_by_key(|server| server.major)
        .context(versions::MISSING)?;
    let Ok(text) = fs::read_to_string(data.join("PG_VERSION")) else {
        return Ok(newest.clone());
    };
    let major: u32 = text
        .trim()
        .parse()
        .with_context(|| format!("{}/PG_VERSION holds no version", data.display()))?;
    if let Some(server) = installed.iter().find(|server| server.major == major) {
        return Ok(server.clone());
    }
    bail!(
        "the data in {data} are of Postgres {major}, but this machine has Postgres {new}. Nothing was changed. Either install \
         Postgres {major} again (package postgresql-{major}), or move the data over:\n\
         \x20 1. with Postgres {major} still or again installed: safelight up --detach\n\
         \x20 2. pg_dump --no-owner -Fc -f safelight.dump \"{url}\"\n\
         \x20 3. safelight down, and move {data} out of the way\n\
         \x20 4. remove Postgres {major}, then: safelight up --detach\n\
         \x20 5. pg_restore --clean --if-exists --no-owner -d \"{url}\" safelight.dump",
        data = data.display(),
        new = newest.major,
    )
}

/// Runs `initdb` beside the data folder's place and moves the result there, so that an interrupted run leaves nothing
/// that looks like a database.
async fn initialise(server: &Installed, data: &Path, user: Option<User>) -> anyhow::Result<()> {
    let draft = data.join("new");
    if draft.exists() {
        fs::remove_dir_all(&draft).with_context(|| format!("cannot remove {}", draft.display()))?;
    }
    let spec = as_user(ChildSpec::new(server.program("initdb")), user)
        .args([
            "--username",
            ROLE,
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
        ])
        .args(["--data-checksums", "--no-instructions", "--pgdata"])
        .arg(&draft);
    let output = spec.nice(0).output(INITDB_DEADLINE, 1 << 20).await?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    // PG_VERSION comes last: only with it are the data complete.
    let mut entries = fs::read_dir(&draft)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|entry| entry.file_name() == "PG_VERSION");
    for entry in entries {
        let place = data.join(entry.file_name());
        if place.is_dir() {
            fs::remove_dir_all(&place)?;
        }
        fs::rename(entry.path(), &place).with_context(|| format!("cannot make {}", place.display()))?;
    }
    fs::remove_dir(&draft)?;
    Ok(())
}

fn as_user(spec: ChildSpec, user: Option<User>) -> ChildSpec {
    let spec = spec.directory("/");
    match user {
        Some(user) => spec.user(user.uid, user.gid),
        None => spec,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(major: u32) -> Installed {
        Installed {
            major,
            bin: format!("/usr/lib/postgresql/{major}/bin").into(),
        }
    }

    #[test]
    fn the_url_names_the_socket() {
        let config = config(Path::new("/run/safelight-0a")).unwrap();
        let hosts = format!("{:?}", config.params.get_hosts());
        assert!(hosts.contains("/run/safelight-0a/postgres"), "{hosts}");
        assert_eq!(config.params.get_dbname(), Some("safelight"));
    }

    #[test]
    fn data_of_another_major_version_are_refused_with_the_steps() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(choose(dir.path(), &[server(15), server(17)], "URL").unwrap().major, 17);
        fs::write(dir.path().join("PG_VERSION"), "15\n").unwrap();
        assert_eq!(choose(dir.path(), &[server(15), server(17)], "URL").unwrap().major, 15);
        let text = choose(dir.path(), &[server(17)], "URL").unwrap_err().to_string();
        assert!(text.contains("pg_dump") && text.contains("postgresql-15"), "{text}");
        assert!(choose(dir.path(), &[], "URL").is_err());
    }
}
