//! The Postgres servers that this machine has.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use safelight_core::child::ChildSpec;
use safelight_core::config::Env;

/// What to do where there is none.
pub(crate) const MISSING: &str = "Postgres is not installed: run `deploy/bootstrap up`, or install the package postgresql, \
                                  or set SAFELIGHT_PG_BIN to the folder of initdb and postgres, or set DB_URL to a database";

/// The oldest version that will do.
const OLDEST: u32 = 14;

/// One installed server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed {
    /// Major version.
    pub(crate) major: u32,
    /// The folder of its programs.
    pub(crate) bin: PathBuf,
}

impl Installed {
    /// The path of one of its programs.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// All servers that will do: that of `SAFELIGHT_PG_BIN`, else those of the distribution and of `PATH`.
pub(crate) async fn installed(env: &Env) -> anyhow::Result<Vec<Installed>> {
    let folders = match env.string("SAFELIGHT_PG_BIN")? {
        Some(folder) => vec![PathBuf::from(folder)],
        None => candidates(
            Path::new("/usr/lib/postgresql"),
            &env.string("PATH")?.unwrap_or_default(),
        ),
    };
    let mut found = Vec::new();
    for bin in folders {
        if let Some(major) = version(&bin).await {
            found.push(Installed { major, bin });
        }
    }
    if found.is_empty() {
        bail!(MISSING);
    }
    let newest = found.iter().map(|server| server.major).max().unwrap_or_default();
    found.retain(|server| server.major >= OLDEST);
    if found.is_empty() {
        bail!("Postgres {OLDEST} or newer is needed, and this machine has Postgres {newest}");
    }
    Ok(found)
}

/// The folders that may hold a server's programs.
fn candidates(distribution: &Path, path: &str) -> Vec<PathBuf> {
    let versions = fs::read_dir(distribution)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"));
    let all = versions.chain(std::env::split_paths(path));
    all.filter(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
        .collect()
}

async fn version(bin: &Path) -> Option<u32> {
    let asked = ChildSpec::new(bin.join("postgres"))
        .arg("--version")
        .output(Duration::from_secs(10), 4096)
        .await
        .ok()?;
    parse(&String::from_utf8_lossy(&asked.stdout))
}

/// The major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parse(text: &str) -> Option<u32> {
    let number = text
        .split_whitespace()
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_kinds() {
        assert_eq!(parse("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(parse("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(parse("nothing of the kind"), None);
    }

    #[test]
    fn only_folders_with_both_programs() {
        let dir = tempfile::tempdir().unwrap();
        let bin = dir.path().join("16/bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join("initdb"), "").unwrap();
        assert!(candidates(dir.path(), "").is_empty());
        fs::write(bin.join("postgres"), "").unwrap();
        assert_eq!(candidates(dir.path(), bin.to_str().unwrap()), [bin.clone(), bin]);
    }
}
