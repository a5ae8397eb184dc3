//! With real children, and a real parent that is killed: this test binary run again.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::{ChildError, ChildSpec, Signal, Stream, describe_exit, end_with_parent};

/// Tells a second run of this binary which part it plays.
const ROLE: &str = "SAFELIGHT_CHILD_TEST_ROLE";

fn shell(script: &str) -> ChildSpec {
    ChildSpec::new("sh").args(["-c", script])
}

/// Whether a process runs; one that has ended but was not waited for yet does not.
fn lives(pid: u32) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    stat.rsplit_once(')')
        .is_some_and(|(_, rest)| !rest.trim_start().starts_with(['Z', 'X']))
}

fn gone_within(pid: u32, time: Duration) -> bool {
    let end = Instant::now() + time;
    while Instant::now() < end {
        if !lives(pid) {
            return true;
        }
        thread::yield_now();
    }
    !lives(pid)
}

async fn read_pid(child: &mut super::Child) -> u32 {
    let mut stdout = child.take_stdout().unwrap();
    let mut line = Vec::new();
    while let Ok(byte) = stdout.read_u8().await {
        if byte == b'\n' {
            break;
        }
        line.push(byte);
    }
    String::from_utf8(line).unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn prints_what_the_child_prints_in_a_clean_environment() {
    let output = shell("echo $GREETING; echo [$CARGO_PKG_NAME] >&2; exit 3")
        .env("GREETING", "hello")
        .output(Duration::from_secs(10), 100)
        .await
        .unwrap();
    assert_eq!(output.stdout, b"hello\n");
    assert_eq!(output.stderr, b"[]\n");
    assert_eq!(describe_exit(output.status), "ended with code 3");
}

#[tokio::test]
async fn says_which_program_is_missing() {
    let error = ChildSpec::new("/nowhere/exiftool").spawn().await.unwrap_err();
    assert!(
        matches!(&error, ChildError::Spawn { program, .. } if program == "exiftool"),
        "{error}"
    );
}

#[tokio::test]
async fn the_deadline_ends_the_whole_group() {
    let mut child = shell("sleep 1000 & echo $!; wait")
        .stdout(Stream::Piped)
        .spawn()
        .await
        .unwrap();
    let grandchild = read_pid(&mut child).await;
    assert!(lives(grandchild));
    let error = child.wait_within(Duration::from_millis(20)).await.unwrap_err();
    assert!(matches!(error, ChildError::Deadline { .. }));
    assert!(gone_within(grandchild, Duration::from_secs(2)));
}

#[tokio::test]
async fn output_is_bounded_in_time_and_size() {
    let slow = shell("sleep 1000")
        .output(Duration::from_millis(20), 10)
        .await
        .unwrap_err();
    assert!(matches!(slow, ChildError::Deadline { .. }), "{slow}");
    let endless = ChildSpec::new("yes")
        .output(Duration::from_secs(10), 1000)
        .await
        .unwrap_err();
    assert!(matches!(endless, ChildError::TooMuchOutput { .. }), "{endless}");
}

#[tokio::test]
async fn a_dropped_handle_kills_the_group() {
    let mut child = shell("sleep 1000 & echo $!; wait")
        .stdout(Stream::Piped)
        .spawn()
        .await
        .unwrap();
    let (leader, grandchild) = (child.id().unwrap(), read_pid(&mut child).await);
    drop(child);
    assert!(gone_within(leader, Duration::from_secs(2)));
    assert!(gone_within(grandchild, Duration::from_secs(2)));
}

#[tokio::test]
async fn talks_over_its_pipes_and_ends_when_its_input_does() {
    let mut child = ChildSpec::new("cat")
        .stdin(Stream::Piped)
        .stdout(Stream::Piped)
        .spawn()
        .await
        .unwrap();
    let (mut stdin, mut stdout) = (child.take_stdin().unwrap(), child.take_stdout().unwrap());
    stdin.write_all(b"one\n").await.unwrap();
    let mut answer = [0; 4];
    stdout.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"one\n");
    drop(stdin);
    assert!(child.wait_within(Duration::from_secs(5)).await.unwrap().success());
    assert_eq!(child.id(), None);
}

#[tokio::test]
async fn limits_and_niceness_hold_in_the_child() {
    let script = "ulimit -v; ulimit -t; ulimit -c; nice";
    let spec = shell(script)
        .memory_limit(512 << 20)
        .cpu_limit(Duration::from_secs(4))
        .nice(7);
    let output = spec.output(Duration::from_secs(10), 1000).await.unwrap();
    let expected_nice = 7 + rustix::process::getpriority_process(None).unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("524288\n5\n0\n{expected_nice}\n")
    );
}

#[tokio::test]
async fn stops_politely_first() {
    let mut polite = shell("trap 'exit 5' TERM; echo 0; while :; do sleep 0.01; done").stdout(Stream::Piped);
    polite = polite.nice(0);
    let mut child = polite.spawn().await.unwrap();
    read_pid(&mut child).await;
    assert_eq!(
        child.stop(Signal::TERM, Duration::from_secs(5)).await.unwrap().code(),
        Some(5)
    );
    let mut deaf = shell("trap '' TERM; echo 0; while :; do sleep 0.01; done")
        .stdout(Stream::Piped)
        .spawn()
        .await
        .unwrap();
    read_pid(&mut deaf).await;
    let status = deaf.stop(Signal::TERM, Duration::from_millis(20)).await.unwrap();
    assert_eq!(describe_exit(status), "was killed by signal 9 (kill)");
}

#[test]
fn a_child_survives_the_thread_that_asked_for_it() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let handle = runtime.handle().clone();
    let asked = thread::spawn(move || handle.block_on(ChildSpec::new("sleep").arg("1000").spawn()).unwrap());
    let child = asked.join().unwrap();
    // The death of a spawning thread is signalled at once; a reading of the child's state after another child has come
    // and gone is after that.
    runtime
        .block_on(shell("true").output(Duration::from_secs(5), 10))
        .unwrap();
    assert!(lives(child.id().unwrap()));
}

/// Not a test of its own: the part of the parent that is killed, and of a helper that watches its life pipe.
#[test]
fn role() {
    match std::env::var(ROLE).as_deref() {
        Ok("parent") => tokio::runtime::Runtime::new().unwrap().block_on(async {
            let sleeper = ChildSpec::new("sleep").arg("1000").spawn().await.unwrap();
            let mut helper = again("helper").life_pipe().stdout(Stream::Piped).spawn().await.unwrap();
            let mut lines = String::new();
            let mut stdout = helper.take_stdout().unwrap();
            while !lines.contains("grandchild") {
                let mut block = [0; 256];
                let length = stdout.read(&mut block).await.unwrap();
                assert!(length > 0, "{lines}");
                lines.push_str(std::str::from_utf8(&block[..length]).unwrap());
            }
            println!(
                "\npid sleeper {}\npid helper {}\n{lines}\n",
                sleeper.id().unwrap(),
                helper.id().unwrap()
            );
            std::future::pending::<()>().await;
        }),
        Ok("helper") => {
            end_with_parent();
            // It ignores the death signal's way out on purpose: only the pipe can end what it started.
            let mut grandchild = Command::new("sleep").arg("1000").spawn().unwrap();
            println!("\npid grandchild {}\n", grandchild.id());
            grandchild.wait().unwrap();
        }
        _ => {}
    }
}

fn again(role: &str) -> ChildSpec {
    ChildSpec::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::tests::role", "--nocapture"])
        .env(ROLE, role)
        .nice(0)
        // So that the kernel's signal does not beat the pipe to it.
        .death_signal(Signal::CONT)
}

#[test]
fn nothing_outlives_a_killed_parent_by_two_seconds() {
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::tests::role", "--nocapture"])
        .env(ROLE, "parent")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let pids: Vec<u32> = BufReader::new(parent.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("pid ")?.split_once(' ')?.1.parse().ok())
        .take(3)
        .collect();
    assert_eq!(pids.len(), 3);
    assert!(pids.iter().all(|pid| lives(*pid)));
    parent.kill().unwrap();
    for pid in pids {
        assert!(gone_within(pid, Duration::from_secs(2)), "process {pid} is still there");
    }
    parent.wait().unwrap();
}
