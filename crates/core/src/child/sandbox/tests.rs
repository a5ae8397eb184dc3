//! In real processes: this test binary run again, which closes the locks on itself, and a shell that becomes their prisoner.

use std::fs::{self, File};
use std::io;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;

use super::{Locks, Sandbox};
use crate::child::{ChildSpec, Output};

/// Tells a second run of this binary which part it plays.
const PART: &str = "SAFELIGHT_SANDBOX_TEST_PART";
/// Names the folder of the test to it.
const FOLDER: &str = "SAFELIGHT_SANDBOX_TEST_FOLDER";

/// Whether the kernel has Landlock; where it has none, it is told by the workers, and there is nothing to test.
fn has_landlock() -> bool {
    let has = Locks::of_this_kernel().landlock.is_some();
    if !has {
        println!("SKIPPED: this kernel has no Landlock");
    }
    has
}

fn refused<T>(tried: io::Result<T>) -> bool {
    tried.is_err_and(|error| matches!(error.raw_os_error(), Some(libc::EPERM | libc::EACCES | libc::ENOSYS)))
}

/// No socket, no program, no other process.
fn no_way_out() {
    assert!(refused(TcpStream::connect("127.0.0.1:1")), "made a connection");
    assert!(refused(UdpSocket::bind("127.0.0.1:0")), "made a socket");
    assert!(
        refused(UnixListener::bind("/tmp/safelight-inside")),
        "made a local socket"
    );
    assert!(refused(Command::new("/bin/true").spawn()), "started a program");
    let probed = rustix::process::test_kill_process(rustix::process::Pid::INIT);
    assert!(refused(probed.map_err(io::Error::from)), "reached another process");
    // What decoding takes is still there.
    assert_eq!(thread::spawn(|| vec![7_u8; 32 << 20].len()).join().unwrap(), 32 << 20);
}

fn closed() {
    Sandbox::closed().enter().unwrap();
    assert!(refused(UnixStream::pair()), "made a pair of sockets");
    assert!(refused(File::open("/etc/passwd")), "opened a file");
    assert!(refused(File::create("/tmp/safelight-inside")), "made a file");
    assert!(refused(fs::read_dir("/")), "looked into a folder");
    assert!(refused(fs::remove_file("/tmp/safelight-inside")), "removed a file");
    no_way_out();
}

/// First all but libraries, then all: as a decoder of pictures does.
fn closed_in_steps() {
    Sandbox::with_libraries().enter().unwrap();
    assert!(
        fs::read_dir("/usr/lib").unwrap().next().is_some(),
        "libraries are there"
    );
    closed();
}

fn with_files(folder: &Path) {
    let (given, written, scratch) = (folder.join("given"), folder.join("written"), folder.join("scratch"));
    let sandbox = Sandbox::with_libraries().read(&given).write(&written).scratch(&scratch);
    sandbox.enter().unwrap();
    assert_eq!(fs::read(&given).unwrap(), b"given");
    assert!(refused(fs::write(&given, "changed")), "wrote what it may read");
    fs::write(&written, "written").unwrap();
    fs::write(scratch.join("a"), "notes").unwrap();
    fs::rename(scratch.join("a"), scratch.join("b")).unwrap();
    fs::remove_file(scratch.join("b")).unwrap();
    assert!(
        fs::read_dir("/usr/lib").unwrap().next().is_some(),
        "libraries are there"
    );
    fs::write("/dev/null", "nothing").unwrap();
    for other in [folder.join("other"), "/etc/passwd".into(), "/proc/1/environ".into()] {
        assert!(refused(File::open(&other)), "opened {}", other.display());
    }
    assert!(refused(fs::read_dir(folder)), "looked into the folder");
    assert!(refused(File::create(folder.join("new"))), "made a file");
    assert!(refused(fs::remove_file(&given)), "removed a file");
    assert!(UnixStream::pair().is_ok(), "what leads nowhere is allowed");
    no_way_out();
}

/// Not a test of its own: tries the doors in a process that has closed them.
#[test]
fn inside() {
    match std::env::var(PART).as_deref() {
        Ok("closed") => closed(),
        Ok("steps") => closed_in_steps(),
        Ok("files") => with_files(Path::new(&std::env::var_os(FOLDER).unwrap())),
        _ => {}
    }
}

fn played(part: &str, folder: &Path) {
    let out = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child::sandbox::tests::inside",
            "--nocapture",
            "--test-threads=1",
        ])
        .envs([(PART, part.as_ref()), (FOLDER, folder.as_os_str())])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
    assert!(out.status.success() && told.contains("1 passed"), "{told}");
}

/// A folder with files that may and may not be reached.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["given", "written", "other"] {
        fs::write(folder.path().join(name), name).unwrap();
    }
    fs::create_dir(folder.path().join("scratch")).unwrap();
    folder
}

#[test]
fn what_is_closed_reaches_nothing() {
    played("closed", Path::new("/"));
}

#[test]
fn more_doors_can_be_closed_later() {
    played("steps", Path::new("/"));
}

#[test]
fn what_reads_files_reaches_those_it_was_given() {
    if has_landlock() {
        played("files", folder().path());
    }
}

/// What a shell in a sandbox says.
async fn shell(folder: &Path, script: &str) -> Output {
    let sandbox = Sandbox::with_libraries()
        .program(&fs::canonicalize("/bin/sh").unwrap())
        .read(folder.join("given"));
    let spec = ChildSpec::new("/bin/sh").args(["-c", script]).sandbox(sandbox);
    spec.output(Duration::from_secs(10), 1_000).await.unwrap()
}

#[tokio::test]
async fn another_program_is_shut_in_before_it_begins() {
    if !has_landlock() {
        return;
    }
    let folder = folder();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let script = format!(
        "read -r line < {0}/given; echo $line; read -r line < {0}/other || echo closed; (echo forked)",
        folder.path().display()
    );
    let output = shell(folder.path(), &script).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(
        said,
        "given\nclosed\nforked\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let other = shell(folder.path(), "/usr/bin/env").await;
    assert_eq!(other.status.code(), Some(126), "it may start no other program");
}
