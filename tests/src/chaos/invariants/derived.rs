//! Every asset has the files that its kind should have, once, and each can be decoded.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};

use super::super::load::Acknowledged;
use super::super::samples::Sort;
use super::Checked;
use super::facts::{Asset, Facts};
use crate::media::video;

pub(super) fn check(facts: &Facts, acknowledged: &[Acknowledged], checked: &mut Checked) {
    let mut decoded = 0;
    for upload in acknowledged {
        let Some(asset) = facts.assets.get(&upload.id) else {
            continue;
        };
        let what = format!("asset {} ({})", upload.id, upload.name);
        if !asset.is_read {
            checked.broken(format!("{what}: its metadata were not read"));
        }
        let types: Vec<&str> = asset.files.iter().map(|(kind, _)| kind.as_str()).collect();
        if types != wanted(upload.sort) {
            checked.broken(format!("{what}: {:?} has the files {types:?}", upload.sort));
        }
        if asset.has_hash != (upload.sort != Sort::Damaged) {
            checked.broken(format!("{what}: has a thumbhash: {}", asset.has_hash));
        }
        decoded += decode_all(asset, &what, checked);
    }
    checked.count("derived files decoded", decoded);
}

/// In the order of the alphabet.
const fn wanted(sort: Sort) -> &'static [&'static str] {
    match sort {
        Sort::Picture | Sort::Playable => &["preview", "thumbnail"],
        Sort::Foreign => &["encoded_video", "preview", "thumbnail"],
        Sort::Damaged => &[],
    }
}

fn decode_all(asset: &Asset, what: &str, checked: &mut Checked) -> usize {
    let mut decoded = 0;
    for (kind, path) in &asset.files {
        match decode(kind, path) {
            Ok(()) => decoded += 1,
            Err(error) => checked.broken(format!("{what}: its {kind} {}: {error:#}", path.display())),
        }
    }
    decoded
}

fn decode(kind: &str, path: &Path) -> Result<()> {
    if kind == "encoded_video" {
        ensure!(path.is_file(), "is not there");
        return video::decode_all(path);
    }
    let bytes = std::fs::read(path).context("cannot be read")?;
    image::load_from_memory(&bytes).context("cannot be decoded")?;
    Ok(())
}
