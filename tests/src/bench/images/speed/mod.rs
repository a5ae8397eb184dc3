//! What pictures cost beside sharp: processor time, photos a second, memory and bytes, on the same files in turn.

mod measure;
mod tables;

use anyhow::Result;

use self::measure::{Measured, measure};
use super::super::Table;
use super::photos;
use super::scene::Scene;

/// Measures each file and puts the figures side by side.
///
/// # Errors
/// When one of the sides does not run.
pub(super) async fn run() -> Result<Vec<Table>> {
    tokio::task::spawn_blocking(compare).await?
}

fn compare() -> Result<Vec<Table>> {
    let folder = tempfile::tempdir()?;
    let scene = Scene::open()?;
    let mut photos = photos::jpegs(&scene, folder.path())?;
    photos.extend(photos::others(&scene, folder.path())?);
    let measured = photos.iter().map(measure).collect::<Result<Vec<_>>>()?;
    Ok(tables::of(&measured, scene.name(), photos::has_raw(&photos)))
}
