//! One program for all targets: `SAFELIGHT_FUZZ_TARGET` names the one to run, so that everything is linked once.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use thumbnail_worker::fuzzing::{TARGETS, Target};

static CHOSEN: LazyLock<Target> = LazyLock::new(|| {
    let wanted = std::env::var("SAFELIGHT_FUZZ_TARGET").unwrap_or_default();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let found = TARGETS.into_iter().find(|target| target.name == wanted);
    found.unwrap_or_else(|| panic!("SAFELIGHT_FUZZ_TARGET is none of {names:?}"))
});

fuzz_target!(|bytes: &[u8]| (CHOSEN.run)(bytes));
