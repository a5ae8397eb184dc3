//! Every parser of the worker that reads the bytes of strangers, fed with broken copies of good files.
//!
//! Each target runs for `SAFELIGHT_FUZZ_SECONDS` (1); the order of the copies hangs on `SAFELIGHT_FUZZ_SEED` (1) alone. A failure tells
//! the seed of its copy, and `SAFELIGHT_FUZZ_ONLY=<that seed>` runs this copy again. Runs guided by coverage: `just fuzz TARGET`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail"
)]

mod memory;
mod mutate;

use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use thumbnail_worker::fuzzing::{TARGETS, Target};

use self::memory::Peak;
use self::mutate::Mutator;

#[global_allocator]
static MEASURED: memory::Measured = memory::Measured;

/// A parser that takes longer for one small file would hold up a worker.
const LONGEST: Duration = Duration::from_secs(20);

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}

/// Sample files of the right kinds, and what is kept for this target, in an order of names.
fn corpus(target: Target) -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let kept = tests.join("corpus").join(target.name);
    let mut files: Vec<PathBuf> = listed(&kept);
    let others = [tests.join("samples"), tests.join("corpus/picture")];
    let extension = |path: &Path| {
        path.extension()
            .is_some_and(|has| target.extensions.iter().any(|one| has == *one))
    };
    files.extend(
        others
            .iter()
            .flat_map(|folder| listed(folder))
            .filter(|path| extension(path)),
    );
    files.sort();
    files.dedup();
    files.iter().map(|path| std::fs::read(path).unwrap()).collect()
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// Runs one input; tells what is wrong.
fn check(target: Target, bytes: &[u8]) -> Result<(), String> {
    let begun = Instant::now();
    let allowed = target.memory + 8 * u64::try_from(bytes.len()).unwrap();
    let peak = Peak::from_here(allowed);
    catch_unwind(|| (target.run)(bytes)).map_err(|_| "it panicked".to_owned())?;
    let (taken, held) = (begun.elapsed(), peak.bytes());
    if held > allowed {
        return Err(format!("it allocated {held} bytes, and {allowed} are allowed"));
    }
    if taken > LONGEST {
        return Err(format!("it took {taken:?}"));
    }
    Ok(())
}

fn fuzz(name: &str) {
    let target = TARGETS.into_iter().find(|target| target.name == name).unwrap();
    let files = corpus(target);
    assert!(!files.is_empty(), "{name} has no corpus");
    for file in &files {
        check(target, file).unwrap_or_else(|wrong| panic!("{name}: a file of the corpus: {wrong}"));
    }
    let first = number("SAFELIGHT_FUZZ_SEED").unwrap_or(1);
    let only = number("SAFELIGHT_FUZZ_ONLY");
    let end = Instant::now() + Duration::from_secs(number("SAFELIGHT_FUZZ_SECONDS").unwrap_or(1));
    let mut tried = 0_u64;
    while Instant::now() < end {
        let seed = only.unwrap_or_else(|| first.wrapping_mul(1 << 32).wrapping_add(tried));
        let bytes = Mutator::new(seed).broken_copy(&files);
        if let Err(wrong) = check(target, &bytes) {
            let path = std::env::temp_dir().join(format!("{name}-{seed}"));
            std::fs::write(&path, &bytes).unwrap();
            panic!(
                "{name}: {wrong}. Again by SAFELIGHT_FUZZ_ONLY={seed}; the input is in {}",
                path.display()
            );
        }
        tried += 1;
        if only.is_some() {
            break;
        }
    }
    println!("{name}: {tried} broken copies of {} files", files.len());
}

/// One test for each target, so that they run beside each other.
macro_rules! targets {
    ($($name:ident)*) => {
        $(#[test] fn $name() { fuzz(stringify!($name)); })*

        #[test]
        fn every_target_is_run() {
            let names = TARGETS.map(|target| target.name);
            assert_eq!(names.as_slice(), [$(stringify!($name)),*]);
        }
    };
}

targets!(head jpeg gain riff traits profile panorama embedded psd tiff picture answer ask);
