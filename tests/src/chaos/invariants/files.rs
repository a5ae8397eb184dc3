//! Every file has a row, and every row its file: no orphan, no part, nothing twice.

use std::collections::HashMap;
use std::path::Path;

use super::Checked;
use super::facts::Facts;

/// How the files are called by which a store is known and proved.
const MARKER: &str = ".safelight";

pub(super) fn check(facts: &Facts, checked: &mut Checked) {
    let mut named: HashMap<&Path, usize> = HashMap::new();
    for asset in facts.assets.values() {
        let files = asset.files.iter().map(|(_, path)| path.as_path());
        for path in files.chain([asset.original.as_path()]) {
            *named.entry(path).or_default() += 1;
        }
    }
    checked.count("files on disk, each named by a row", named.len());
    for (path, rows) in &named {
        if *rows > 1 {
            checked.broken(format!("{rows} rows name {}", path.display()));
        }
        if !path.starts_with(&facts.media) {
            checked.broken(format!("outside of the media location: {}", path.display()));
        }
    }
    let others = facts.on_disk.iter().filter(|path| {
        !path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .starts_with(MARKER)
    });
    for path in others {
        if named.remove(path.as_path()).is_none() {
            checked.broken(format!("orphan: {}", path.display()));
        }
    }
    for path in named.keys() {
        checked.broken(format!("missing: {}", path.display()));
    }
}
