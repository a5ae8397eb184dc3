//! A wrong clock, by the library of faketime.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// Variables under which a process sees another time of day. Its measure of time that has passed stays right.
///
/// # Errors
/// When the library is not installed.
pub(super) fn wrong(chance: u64) -> Result<Vec<(&'static str, String)>> {
    let shifts = ["-3h", "+2h", "-40d", "+400d", "+37s", "-61s"];
    let index = usize::try_from(chance).unwrap_or_default() % shifts.len();
    let shift = shifts.get(index).copied().unwrap_or("+2h");
    Ok(vec![
        ("LD_PRELOAD", library()?.to_string_lossy().into_owned()),
        ("FAKETIME", shift.to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("FAKETIME_DONT_RESET", "1".to_owned()),
    ])
}

fn library() -> Result<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib").context("/usr/lib cannot be read")?;
    let candidates = folders
        .flatten()
        .map(|folder| folder.path().join("faketime/libfaketimeMT.so.1"));
    let found = candidates.into_iter().find(|path| path.is_file());
    found.context("libfaketime is not installed")
}
