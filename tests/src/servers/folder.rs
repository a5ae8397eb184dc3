//! The folder of a test process, and the janitor that removes it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, Result};

/// Ends when its standard input does, that is when the test process is gone, however it went. The servers get a signal at
/// the same moment and need a while to let go of their files.
const JANITOR: &str = r#"cat >/dev/null; for i in $(seq 100); do rm -rf -- "$1" 2>/dev/null && exit; sleep 0.1; done"#;

/// The short 0755 folder of this process under /tmp (a socket's path has at most 107 bytes).
///
/// # Errors
/// When it cannot be made.
pub fn process_folder() -> Result<&'static Path> {
    static FOLDER: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    folder
        .as_deref()
        .map_err(|error| anyhow::anyhow!("folder of the test process: {error}"))
}

/// A fresh subfolder of the process folder, named after `what`.
pub(crate) fn subfolder(what: &str) -> Result<PathBuf> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = process_folder()?.join(format!("{what}{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(folder)
}

fn make() -> Result<PathBuf> {
    let folder = tempfile::Builder::new().prefix("sl-").tempdir_in("/tmp")?.keep();
    // Servers of another user pass through; what is private lies in 0700 folders below.
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let mut janitor = Command::new("sh");
    janitor
        .arg("-c")
        .arg(JANITOR)
        .arg("janitor")
        .arg(&folder)
        .current_dir("/")
        .process_group(0);
    janitor
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let child = janitor.spawn().context("cannot start the janitor")?;
    // Never dropped: its pipe stays open until this process ends.
    std::mem::forget(child);
    Ok(folder)
}
