//! The pictures that take longest: processor time of each, and how much of it is the decoder's. docs/formats.md has the figures.

mod boxes;
mod inputs;

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::super::Table;
use super::super::peer::number;
use super::ours;
use super::scene::Scene;

/// Pictures of a run, after the first one, which is not counted.
const COUNT: usize = 2;

/// Makes each input, measures it and tells the seconds.
///
/// # Errors
/// When an input cannot be made, or a picture of it.
pub(super) async fn run() -> Result<Vec<Table>> {
    tokio::task::spawn_blocking(measure_all).await?
}

fn measure_all() -> Result<Vec<Table>> {
    let folder = tempfile::tempdir()?;
    let scene = Scene::open()?;
    let title = format!(
        "Slow pictures ({}): processor time of all pictures of a file",
        scene.name()
    );
    let columns = ["picture", "bytes", "seconds", "of it in the process that decodes"];
    let mut table = Table::with_columns(&title, &columns);
    for input in inputs::ALL {
        let path = folder.path().join(input.file);
        let made = (input.make)(&scene, &path);
        made.with_context(|| format!("making {}", input.name))?;
        table.cells(measure(input.name, &path)?);
        std::fs::remove_file(&path)?;
    }
    Ok(vec![table])
}

fn measure(name: &str, path: &Path) -> Result<[String; 4]> {
    let bytes = std::fs::metadata(path)?.len();
    let told: Value = ours::told(path, 1, COUNT, None)?;
    let (all, decoder) = (number(&told, "cpuMsPerPhoto")?, number(&told, "decoderMsPerPhoto")?);
    Ok([
        name.to_owned(),
        format!("{} kB", bytes / 1000),
        format!("{:.2}", all / 1e3),
        format!("{:.0} %", decoder / all.max(1.0) * 100.0),
    ])
}
