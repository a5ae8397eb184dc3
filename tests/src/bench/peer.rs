//! Peers from npm (`tests/peers`), run as scripts that print one JSON object.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::binaries;

/// Runs `script` of `tests/peers` with arguments; installs the packages first where they are missing.
///
/// # Errors
/// When npm or the script fails; the message has what it said.
pub(super) async fn run(script: &str, arguments: &[String]) -> Result<Value> {
    let (script, arguments) = (script.to_owned(), arguments.to_vec());
    tokio::task::spawn_blocking(move || run_blocking(&script, &arguments)).await?
}

/// The same for code that may wait.
pub(super) fn run_blocking(script: &str, arguments: &[String]) -> Result<Value> {
    let folder = binaries::repository().join("tests/peers");
    if !folder.join("node_modules").is_dir() {
        let mut npm = Command::new("npm");
        output(npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    }
    let mut node = Command::new("node");
    let text = output(node.arg(folder.join(script)).args(arguments).current_dir(&folder))?;
    serde_json::from_str(text.trim()).with_context(|| format!("{script} printed {text}"))
}

/// Runs a program to its end and returns what it printed.
///
/// # Errors
/// When it cannot be started or fails.
pub(super) fn output(command: &mut Command) -> Result<String> {
    let name = PathBuf::from(command.get_program()).display().to_string();
    let output = command.output().with_context(|| format!("cannot run {name}"))?;
    if !output.status.success() {
        bail!("{name} failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A number in the object of a peer.
///
/// # Errors
/// When there is none.
pub(super) fn number(value: &Value, name: &str) -> Result<f64> {
    value
        .get(name)
        .and_then(Value::as_f64)
        .with_context(|| format!("no {name} in {value}"))
}
