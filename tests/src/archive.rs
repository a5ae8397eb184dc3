//! Zip archives, read by somebody else's program: the `zipfile` of Python.

use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Reading a file checks its checksum.
const SCRIPT: &str = "
import hashlib, io, json, sys, zipfile
archive = zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read()))
print(json.dumps([{'name': entry.filename, 'size': entry.file_size, 'method': entry.compress_type,
    'flags': entry.flag_bits, 'sha1': hashlib.sha1(archive.read(entry)).hexdigest()} for entry in archive.infolist()]))";

/// A file in an archive.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// How it is compressed; 0 is not at all.
    pub method: u16,
    /// Its flags.
    pub flags: u16,
    /// SHA-1 of its content, in hex.
    pub sha1: String,
}

/// The files of an archive, in the order of its directory.
///
/// # Errors
/// When it is no archive, or a checksum is wrong.
pub fn entries(bytes: &[u8]) -> Result<Vec<Entry>> {
    let mut python = Command::new("python3")
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .context("python3")?;
    // It reads everything before it writes anything.
    python.stdin.take().context("no input")?.write_all(bytes)?;
    let output = python.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}
