//! How near previews are to a reference that others make, beside how near the same reference comes through an encoder of others.

mod corpus;
mod drawings;
mod metric;
mod reference;
mod tables;

use std::path::Path;

use anyhow::Result;

use self::corpus::Sample;
use self::metric::{Distance, distance};
use self::reference::Seen;
use super::super::Table;
use super::super::usage::float;
use super::scene::Scene;
use super::sharp::Colours;
use super::{icc, ours, sharp};

/// Compares all samples.
///
/// # Errors
/// When one of the sides does not run.
pub(super) async fn run() -> Result<Vec<Table>> {
    tokio::task::spawn_blocking(compare).await?
}

/// The pictures of one photo against its reference.
struct Compared {
    name: String,
    ours: Distance,
    /// `None` where the peer made another size.
    sharp: Option<Distance>,
    /// The reference itself after an encoder: what is lost by that alone.
    encoded: Distance,
    /// Bytes of our preview to those of the encoded reference.
    bytes: f64,
}

fn compare() -> Result<Vec<Table>> {
    if let Some(missing) = reference::missing() {
        return Ok(vec![Table::with_columns(
            &format!("Quality of previews: SKIPPED, {missing}"),
            &["file"],
        )]);
    }
    let folder = tempfile::tempdir()?;
    let scene = Scene::open()?;
    let samples = corpus::samples(&scene, folder.path())?;
    let compared: Vec<Compared> = samples
        .iter()
        .map(|sample| compare_one(sample, folder.path()))
        .collect::<Result<_>>()?;
    Ok(tables::of(&compared, scene.name()))
}

fn compare_one(sample: &Sample, folder: &Path) -> Result<Compared> {
    let out = folder.join("ours");
    ours::run(&sample.path, 1, 1, Some(&out))?;
    let path = out
        .join(sample.path.file_name().unwrap_or_default())
        .join("preview.jpg");
    let preview = Seen::open(&path)?;
    let out = folder.join("sharp");
    let colours = if sample.wide { Colours::P3 } else { Colours::Srgb };
    sharp::run(&sample.path, 1, 1, colours, Some(&out))?;
    let peer = Seen::open(&out.join("preview.jpg"))?;
    let reference = reference::make(&sample.path, &preview, folder)?;
    let primaries = preview.profile.as_deref().map_or(Ok(icc::SRGB), icc::primaries)?;
    let to = |seen: &Seen| distance(&seen.picture, &reference.exact.picture, &primaries);
    let has_size = peer.picture.dimensions() == preview.picture.dimensions();
    Ok(Compared {
        name: sample.name.clone(),
        ours: to(&preview),
        sharp: has_size.then(|| to(&peer)),
        encoded: to(&reference.encoded),
        bytes: float(std::fs::metadata(&path)?.len()) / float(reference.bytes),
    })
}
