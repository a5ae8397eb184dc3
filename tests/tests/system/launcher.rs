//! `safelight up`, `down`, `status` and the admin commands, as a person uses them: private servers, all services.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use safelight_tests::process::{self, Signal};
use safelight_tests::{binaries, ports};
use serde_json::Value;

/// A data folder and a port of its own.
struct Installation {
    folder: tempfile::TempDir,
    port: u16,
}

impl Installation {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // The users of the private servers must be able to enter.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Self {
            folder,
            port: ports::free_port().unwrap(),
        }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binaries::path("safelight").unwrap());
        command.args(args).env_clear();
        for kept in ["PATH", "HOME"] {
            command.env(kept, std::env::var_os(kept).unwrap_or_default());
        }
        command
            .env("SAFELIGHT_DATA_DIR", self.data())
            .env("IMMICH_PORT", self.port.to_string());
        command.env("SAFELIGHT_MIN_FREE", "1MiB").current_dir("/");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    fn up(&self) {
        let output = self.run(&["up", "--detach"]);
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let expected = format!("Safelight is ready at http://127.0.0.1:{}\n", self.port);
        assert_eq!(printed, expected, "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn status(&self) -> (Option<i32>, Value) {
        let output = self.run(&["status", "--json"]);
        (output.status.code(), serde_json::from_slice(&output.stdout).unwrap())
    }

    fn pid_of(&self, service: &str) -> Option<u32> {
        let services = self.status().1["services"].as_array().unwrap().clone();
        let found = services.iter().find(|entry| entry["name"] == service).unwrap();
        u32::try_from(found["pid"].as_u64()?).ok()
    }

    fn ping(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .write_all(b"GET /api/server/ping HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = self.command(&["down"]).output();
    }
}

fn wait(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < end, "waited in vain until {what}");
        std::thread::yield_now();
    }
}

fn runs(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

fn pids(state: &Value) -> Vec<u32> {
    let services = state["services"].as_array().unwrap();
    services
        .iter()
        .filter_map(|entry| u32::try_from(entry["pid"].as_u64()?).ok())
        .collect()
}

#[test]
fn two_installations_do_not_disturb_each_other() {
    let (one, two) = (Installation::new(), Installation::new());
    std::thread::scope(|scope| {
        scope.spawn(|| one.up());
        scope.spawn(|| two.up());
    });
    for installation in [&one, &two] {
        assert!(installation.ping().ends_with("{\"res\":\"pong\"}"));
        assert_eq!(installation.status().0, Some(0));
    }
    let again = one.run(&["up"]);
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("already runs"));

    // An account of one is not one of the other.
    let mut create = one.command(&["admin", "create", "--email", "me@example.com"]);
    assert!(
        create
            .env("SAFELIGHT_ADMIN_PASSWORD", "correct horse")
            .output()
            .unwrap()
            .status
            .success()
    );
    let key = one.run(&["api-key", "create", "--email", "me@example.com"]);
    let key = String::from_utf8(key.stdout).unwrap();
    assert!(key.trim().len() >= 30 && key.lines().count() == 1, "{key:?}");
    assert!(
        !two.run(&["api-key", "create", "--email", "me@example.com"])
            .status
            .success()
    );

    // What dies comes back, here and only here.
    let worker = one.pid_of("thumbnail-worker").unwrap();
    process::signal(worker, Signal::KILL).unwrap();
    wait("the worker runs again", || {
        let again = one.pid_of("thumbnail-worker").is_some_and(|pid| pid != worker);
        again && one.status().0 == Some(0)
    });

    let of_one = pids(&one.status().1);
    assert!(one.run(&["down"]).status.success());
    assert!(
        !of_one.into_iter().any(runs),
        "everything is stopped when `down` returns"
    );
    assert_eq!(one.status().0, Some(3));
    assert_eq!(two.status().0, Some(0));
    assert!(two.ping().ends_with("{\"res\":\"pong\"}"));

    // What was there is there after the next start.
    one.up();
    let found = one.run(&["api-key", "create", "--email", "me@example.com"]);
    assert!(found.status.success(), "{}", String::from_utf8_lossy(&found.stderr));
}

#[test]
fn nothing_is_left_of_a_killed_launcher() {
    let installation = Installation::new();
    installation.up();
    let (_, state) = installation.status();
    let (launcher, children) = (
        u32::try_from(state["launcher"].as_u64().unwrap()).unwrap(),
        pids(&state),
    );
    assert_eq!(children.len(), 6, "{state}");
    process::signal(launcher, Signal::KILL).unwrap();
    wait("all services have ended", || !children.iter().any(|pid| runs(*pid)));
    assert_eq!(installation.status().0, Some(3));
    installation.up();
}

#[test]
fn media_of_an_immich_server_are_refused_untouched() {
    let installation = Installation::new();
    let media = installation.folder.path().join("immich");
    for folder in ["upload", "library", "thumbs"] {
        fs::create_dir_all(media.join(folder)).unwrap();
        fs::write(media.join(folder).join(".immich"), "1700000000000").unwrap();
    }
    let before = names_below(&media);
    let output = installation
        .command(&["up", "--detach"])
        .env("IMMICH_MEDIA_LOCATION", &media)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && text.contains("Immich server"), "{text}");
    assert_eq!(names_below(&media), before);
    assert_eq!(installation.status().0, Some(3), "what was started is stopped again");
}

fn names_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut next = vec![folder.to_path_buf()];
    while let Some(folder) = next.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                next.push(path.clone());
            }
            found.push(path);
        }
    }
    found.sort();
    found
}

#[test]
fn secrets_are_in_no_command_line() {
    let installation = Installation::new();
    let mut up = installation.command(&["up", "--detach"]);
    let output = up.env("SAFELIGHT_ADMIN_PASSWORD", "hunter2-hunter2").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let status = installation.run(&["status"]);
    let log = fs::read_to_string(installation.data().join("logs/safelight.log")).unwrap();
    let mut seen = String::from_utf8_lossy(&status.stdout).into_owned() + &log;
    for pid in pids(&installation.status().1) {
        seen += &String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).unwrap());
    }
    assert!(!seen.contains("hunter2"));
}
