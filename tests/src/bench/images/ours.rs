//! Our side: the worker's own way from a file to its pictures, in a program without a job (an example of the thumbnail worker).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::super::peer::output;
use super::figures::Figures;
use crate::binaries;

/// Makes the pictures of a file `count` times, `slots` at a time; those of the first time go below `out`.
///
/// # Errors
/// When the program is not built or fails.
pub(super) fn run(photo: &Path, slots: usize, count: usize, out: Option<&Path>) -> Result<Figures> {
    Figures::of(&told(photo, slots, count, out)?)
}

/// The same, with all that the program tells.
pub(super) fn told(photo: &Path, slots: usize, count: usize, out: Option<&Path>) -> Result<Value> {
    let program = binaries::folder()?.join("examples/pictures");
    if !program.is_file() {
        bail!(
            "{} is not built: cargo build --workspace --bins --example pictures",
            program.display()
        );
    }
    let mut command = Command::new(program);
    command.arg("--program").arg(binaries::path("thumbnail-worker")?).args([
        "--slots",
        &slots.to_string(),
        "--count",
        &count.to_string(),
    ]);
    if let Some(out) = out {
        command.arg("--out").arg(out);
    }
    let text = output(command.arg(photo))?;
    serde_json::from_str(&text).with_context(|| format!("our side printed {text}"))
}
