//! The processes that decode: kept, replaced, and shut in.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use safelight_core::jobs::JobError;
use tempfile::TempDir;
use thumbnail_worker::maker::Maker;
use thumbnail_worker::pipeline::Pictures;
use tokio_util::sync::CancellationToken;

use super::isolation::impostor;
use super::{config, options, program, sample};

/// A maker whose decoders write down which processes they are.
pub(super) struct Watched {
    folder: TempDir,
    maker: Maker,
}

impl Watched {
    pub(super) fn new() -> Self {
        Self::with(&[])
    }

    fn with(variables: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let (list, program) = (folder.path().join("pids"), program());
        let script = format!("echo $$ >> {}\nexec {} \"$@\"", list.display(), program.display());
        let maker = Maker::new(config(variables), impostor(&folder, &script));
        Self { folder, maker }
    }

    pub(super) async fn make(&self, name: &str) -> bool {
        let made = self.try_make(sample(name), name).await;
        made.inspect_err(|error| println!("{name}: {error:?}")).is_ok()
    }

    pub(super) async fn try_make(&self, bytes: Vec<u8>, name: &str) -> Result<Pictures, JobError> {
        self.maker.make(bytes, name, options(), &CancellationToken::new()).await
    }

    /// In the order in which they were started.
    pub(super) fn children(&self) -> Vec<i32> {
        let list = fs::read_to_string(self.folder.path().join("pids")).unwrap();
        list.lines().map(|line| line.parse().unwrap()).collect()
    }
}

fn status(pid: i32) -> Option<String> {
    fs::read_to_string(PathBuf::from(format!("/proc/{pid}/status"))).ok()
}

fn is_gone(pid: i32) -> bool {
    status(pid).is_none_or(|status| status.contains("State:\tZ"))
}

#[tokio::test]
async fn one_child_reads_file_after_file_of_all_formats() {
    let watched = Watched::new();
    for name in [
        "plain.heic",
        "alpha.heic",
        "plain.avif",
        "rgb8.psd",
        "rgb8.jp2",
        "alpha.svg",
        "turned-1.dng",
    ] {
        assert!(watched.make(name).await, "{name}");
    }
    assert_eq!(watched.children().len(), 1);
}

#[tokio::test]
async fn a_child_is_replaced_after_200_files() {
    let watched = Watched::new();
    for _ in 0..200 {
        assert!(watched.make("rgb8.tif").await);
    }
    assert_eq!(watched.children().len(), 1);
    assert!(watched.make("rgb8.tif").await);
    let [first, _] = watched.children()[..] else {
        panic!("{:?}", watched.children())
    };
    assert!(is_gone(first), "a child that is not used again has ended");
}

#[tokio::test]
async fn a_child_that_was_killed_while_it_waited_is_replaced() {
    let watched = Watched::new();
    assert!(watched.make("plain.heic").await);
    let first = watched.children()[0];
    kill_process(Pid::from_raw(first).unwrap(), Signal::KILL).unwrap();
    while !is_gone(first) {
        tokio::task::yield_now().await;
    }
    assert!(watched.make("plain.heic").await, "nothing is wrong with this file");
    assert_eq!(watched.children().len(), 2);
}

#[tokio::test]
async fn a_child_that_nobody_needs_ends() {
    let watched = Watched::with(&[("SAFELIGHT_DECODER_IDLE", "300ms")]);
    assert!(watched.make("plain.heic").await && watched.make("plain.avif").await);
    let first = watched.children()[0];
    let begun = Instant::now();
    while !is_gone(first) {
        assert!(begun.elapsed() < Duration::from_secs(30), "it still waits");
        tokio::task::yield_now().await;
    }
    assert!(watched.make("plain.heic").await);
    assert_eq!(watched.children().len(), 2);
}

/// What the filter lets through is tested where it is written (`decoder::sandbox`).
#[tokio::test]
async fn a_child_at_work_has_its_filter() {
    if status(std::process::id().cast_signed()).is_none_or(|status| !status.contains("Seccomp:")) {
        println!("SKIPPED: this kernel has no seccomp");
        return;
    }
    let watched = Watched::new();
    assert!(watched.make("plain.heic").await);
    let status = status(watched.children()[0]).unwrap();
    assert!(status.contains("Seccomp:\t2"), "{status}");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
}
