//! A decoder that crashes or hangs costs one attempt of one file, and its name is told.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use safelight_core::jobs::JobError;
use tempfile::TempDir;
use thumbnail_worker::maker::Maker;
use tokio_util::sync::CancellationToken;

use super::{config, maker, options, sample};

/// A program that is started as the child and does something else.
pub(super) fn impostor(folder: &TempDir, script: &str) -> PathBuf {
    let path = folder.path().join("impostor");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

async fn failure(script: &str) -> JobError {
    let folder = TempDir::new().unwrap();
    let maker = Maker::new(config(&[("SAFELIGHT_DECODE_TIMEOUT", "2s")]), impostor(&folder, script));
    let cancel = CancellationToken::new();
    match maker.make(sample("plain.heic"), "a.heic", options(), &cancel).await {
        Err(error) => error,
        Ok(_) => panic!("became a picture"),
    }
}

/// Why it may be tried again.
async fn reason(script: &str) -> String {
    match failure(script).await {
        JobError::Retry(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_crash_is_told() {
    let told = reason("cat >/dev/null & kill -SEGV $$").await;
    assert_eq!(
        told,
        "the decoder libheif with libde265 failed on this HEIC file: it was killed by signal 11 (segmentation fault)"
    );
}

#[tokio::test]
async fn a_hang_is_told_and_not_tried_again() {
    let error = failure("exec sleep 1000").await;
    let words =
        "the decoder libheif with libde265 is not done with this HEIC file within 2 s (SAFELIGHT_DECODE_TIMEOUT)";
    assert!(
        matches!(&error, JobError::Permanent(told) if told == words),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_decoder_that_was_stopped_says_nothing_of_the_file() {
    let told = reason("kill -STOP $$").await;
    assert!(told.ends_with("it did not finish within 2 s: it was stopped"), "{told}");
}

#[tokio::test]
async fn nonsense_is_told() {
    let told = reason("printf '\\004\\000\\000\\000oops'; exec cat >/dev/null").await;
    assert!(told.ends_with("it answered something else than was asked"), "{told}");
}

#[tokio::test]
async fn a_worker_that_is_told_to_stop_does_not_wait_for_its_child() {
    let folder = TempDir::new().unwrap();
    let maker = Maker::new(config(&[]), impostor(&folder, "exec sleep 1000"));
    let cancel = CancellationToken::new();
    let made = maker.make(sample("plain.avif"), "a.avif", options(), &cancel);
    let stop = async { cancel.cancel() };
    let (made, ()) = tokio::join!(made, stop);
    assert!(matches!(made, Err(JobError::Cancelled)));
}

#[tokio::test]
async fn a_child_has_the_memory_it_was_promised_and_no_more() {
    let config = config(&[("SAFELIGHT_MAX_PICTURE_MEMORY", "10000")]);
    let maker = Maker::new(config, super::program());
    let cancel = CancellationToken::new();
    let made = maker.make(sample("plain.heic"), "a.heic", options(), &cancel).await;
    assert!(matches!(made, Err(JobError::Permanent(reason)) if reason.contains("SAFELIGHT_MAX_PICTURE_MEMORY")));
}

#[tokio::test]
async fn neighbours_are_made_beside_a_broken_one() {
    let maker = maker();
    let cancel = CancellationToken::new();
    let mut broken = sample("plain.heic");
    broken.truncate(300);
    let good = maker.make(sample("plain.heic"), "a.heic", options(), &cancel);
    let bad = maker.make(broken, "b.heic", options(), &cancel);
    let other = maker.make(sample("plain.avif"), "c.avif", options(), &cancel);
    let (good, bad, other) = tokio::join!(good, bad, other);
    assert!(good.is_ok() && other.is_ok());
    assert!(matches!(bad, Err(JobError::Permanent(_))));
}
