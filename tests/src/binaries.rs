//! Where the binaries under test are.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// The folder of the built binaries: `SAFELIGHT_BIN_DIR`, or the target folder the running test was built into.
///
/// # Errors
/// When the path of the running test cannot be told.
pub fn folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("SAFELIGHT_BIN_DIR") {
        return Ok(folder.into());
    }
    let exe = std::env::current_exe().context("path of the running test")?;
    // <target>/debug/deps/system-<hash>, or <target>/debug/<bin>.
    let folder = exe.ancestors().skip(1).find(|folder| !folder.ends_with("deps"));
    Ok(folder.context("the running test lies in no folder")?.to_path_buf())
}

/// The path of the binary called `name`.
///
/// # Errors
/// When it is not built; the message tells how.
pub fn path(name: &str) -> Result<PathBuf> {
    let path = folder()?.join(name);
    if !path.is_file() {
        bail!(
            "{} is not built. Build the binaries under test first: cargo build --workspace --bins",
            path.display()
        );
    }
    Ok(path)
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}
