//! Finds the newest migration, so that the schema a binary needs is what lay beside its code when it was built.

use std::{error::Error, fs};

/// The folders of all migrations, seen from this crate.
const MIGRATIONS: &str = "../../migrations";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={MIGRATIONS}");
    let mut newest = String::new();
    for entry in fs::read_dir(MIGRATIONS)? {
        let name = entry?
            .file_name()
            .into_string()
            .map_err(|name| format!("{} is not UTF-8", name.display()))?;
        newest = newest.max(version(&name)?);
    }
    if newest.is_empty() {
        return Err(format!("there are no migrations in {MIGRATIONS}").into());
    }
    println!("cargo:rustc-env=SAFELIGHT_SCHEMA_VERSION={newest}");
    Ok(())
}

/// As Diesel reads it: what stands before the first underscore, without dashes.
fn version(folder: &str) -> Result<String, String> {
    let (version, _) = folder
        .split_once('_')
        .ok_or_else(|| format!("{folder} has no version"))?;
    Ok(version.replace('-', ""))
}
