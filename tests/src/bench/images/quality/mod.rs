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
use self::reference::{Seen, Weighed};
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

/// The pictures of one photo against its references.
struct Compared {
    name: String,
    /// What it has to be near to.
    light: Against,
    /// What ours, which weighs light, is not near to where neighbours differ much: how much that is.
    levels: Against,
    /// Bytes of our preview to those of the encoded reference of light.
    bytes: f64,
}

/// Pictures against one reference.
struct Against {
    ours: Distance,
    /// `None` where the peer made another size, or has no way to do the same.
    sharp: Option<Distance>,
    /// The reference itself after an encoder: what is lost by that alone.
    encoded: Distance,
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
    let primaries = preview.profile.as_deref().map_or(Ok(icc::SRGB), icc::primaries)?;
    let against = |weighed, colours: Option<Colours>| -> Result<(Against, u64)> {
        let reference = reference::make(&sample.path, &preview, weighed, folder)?;
        let to = |seen: &Seen| distance(&seen.picture, &reference.exact.picture, &primaries);
        let out = folder.join("sharp");
        let peer = colours.map(|colours| {
            sharp::run(&sample.path, 1, 1, colours, Some(&out))?;
            Seen::open(&out.join("preview.jpg"))
        });
        let peer = peer.transpose()?;
        let peer = peer.filter(|peer| peer.picture.dimensions() == preview.picture.dimensions());
        let against = Against {
            ours: to(&preview),
            sharp: peer.as_ref().map(to),
            encoded: to(&reference.encoded),
        };
        Ok((against, reference.bytes))
    };
    // sharp has no way that keeps wide colours in linear light.
    let (light, bytes) = against(Weighed::Light, (!sample.wide).then_some(Colours::Light))?;
    let (levels, _) = against(
        Weighed::Levels,
        Some(if sample.wide { Colours::P3 } else { Colours::Srgb }),
    )?;
    Ok(Compared {
        name: sample.name.clone(),
        light,
        levels,
        bytes: float(std::fs::metadata(&path)?.len()) / float(bytes),
    })
}
