//! Every acknowledged upload is there once, with its bytes.

use std::collections::HashMap;

use sha1::{Digest as _, Sha1};

use super::super::load::Acknowledged;
use super::Checked;
use super::facts::Facts;

pub(super) fn check(facts: &Facts, acknowledged: &[Acknowledged], checked: &mut Checked) {
    checked.count("uploads acknowledged", acknowledged.len());
    let mut by_sha1: HashMap<&str, usize> = HashMap::new();
    for asset in facts.assets.values() {
        *by_sha1.entry(asset.sha1.as_str()).or_default() += 1;
    }
    for upload in acknowledged {
        let what = format!("upload {} ({})", upload.name, upload.id);
        match by_sha1.get(upload.sha1.as_str()) {
            Some(1) => {}
            other => checked.broken(format!("{what}: {} assets have its content", other.unwrap_or(&0))),
        }
        let Some(asset) = facts.assets.get(&upload.id) else {
            checked.broken(format!("{what}: no asset has the id that was told"));
            continue;
        };
        if asset.sha1 != upload.sha1 {
            checked.broken(format!("{what}: its asset has another checksum"));
        }
        match std::fs::read(&asset.original) {
            Ok(bytes) if hex::encode(Sha1::digest(&bytes)) == upload.sha1 => {}
            Ok(bytes) => checked.broken(format!("{what}: its file has other content ({} bytes)", bytes.len())),
            Err(error) => checked.broken(format!("{what}: its file {}: {error}", asset.original.display())),
        }
    }
    if facts.assets.len() != acknowledged.len() {
        let (assets, uploads) = (facts.assets.len(), acknowledged.len());
        checked.broken(format!("{assets} assets for {uploads} acknowledged uploads"));
    }
}
