//! The private Redis (or Valkey): on a socket, and without files, for nothing lives in it alone.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use safelight_core::child::{ChildSpec, Signal};
use safelight_core::config::Env;

use super::layout::{Layout, is_root, make_private};
use super::probe::Probe;
use super::program::Program;
use super::users;

/// Its name in logs and status.
pub(crate) const NAME: &str = "redis";

/// The programs that will do, best first.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];

/// The socket.
pub(crate) fn socket(sockets: &Path) -> PathBuf {
    sockets.join("redis").join("redis.sock")
}

/// The URL of the server on its socket.
pub(crate) fn url(sockets: &Path) -> String {
    format!("unix://{}", socket(sockets).display())
}

/// Makes what the server needs and tells how to run it.
///
/// # Errors
/// Neither Redis nor Valkey is installed.
pub(crate) fn prepare(env: &Env, layout: &Layout) -> anyhow::Result<Program> {
    let path = env.string("PATH")?.unwrap_or_default();
    let program = find(&path).context(
        "Redis is not installed: run `deploy/bootstrap up`, or install the package redis-server or valkey-server, or set REDIS_URL",
    )?;
    let socket = socket(&layout.sockets);
    let folder = layout.sockets.join("redis");
    let user = is_root().then(|| users::find(&["redis", "valkey", "nobody"])).flatten();
    if !folder.is_dir() || user.is_none() {
        make_private(&folder, 0o700)?;
    }
    let mut spec = ChildSpec::new(program).directory("/");
    if let Some(user) = user {
        users::own(&folder, user)?;
        spec = spec.user(user.uid, user.gid);
    }
    spec = spec
        .args(["--port", "0", "--unixsocketperm", "700", "--unixsocket"])
        .arg(&socket)
        .arg("--dir")
        .arg(&folder);
    spec = spec.args([
        "--save",
        "",
        "--appendonly",
        "no",
        "--daemonize",
        "no",
        "--logfile",
        "",
        "--loglevel",
        "warning",
    ]);
    Ok(Program {
        name: NAME,
        spec: spec
            .args(["--maxmemory-policy", "noeviction"])
            .nice(0)
            .death_signal(Signal::TERM),
        probe: Probe::Redis(socket),
        stop_signal: Signal::TERM,
        stop_grace: Duration::from_secs(10),
    })
}

fn find(path: &str) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = std::env::split_paths(path).collect();
    PROGRAMS.iter().find_map(|name| {
        folders
            .iter()
            .map(|folder| folder.join(name))
            .find(|program| program.is_file())
    })
}

#[cfg(test)]
mod tests {
    use safelight_core::config::{RedisConfig, RedisTarget};

    use super::*;

    #[test]
    fn the_url_names_the_socket() {
        let env = Env::of([("REDIS_URL", url(Path::new("/run/safelight-0a")))]);
        let target = RedisConfig::from_env(&env).unwrap().target;
        assert_eq!(target, RedisTarget::Unix("/run/safelight-0a/redis/redis.sock".into()));
    }

    #[test]
    fn redis_goes_before_valkey() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().to_str().unwrap();
        assert_eq!(find(path), None);
        std::fs::write(dir.path().join("valkey-server"), "").unwrap();
        assert!(find(path).unwrap().ends_with("valkey-server"));
        std::fs::write(dir.path().join("redis-server"), "").unwrap();
        assert!(find(path).unwrap().ends_with("redis-server"));
    }
}
