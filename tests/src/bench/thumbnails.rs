//! Photos a second and CPU time per photo of the thumbnail worker, against sharp with the same steps and settings.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bytes::Bytes;
use serde_json::json;

use super::pictures::{copy_of, photo};
use super::usage::{Peak, count, cpu_of, megabytes};
use super::{Table, peer};
use crate::client::{Client, NewUpload};
use crate::system::{Kind, TestSystem};
use crate::wait::wait_until_for;

const PHOTOS: usize = 60;
const PATIENCE: Duration = Duration::from_secs(600);

/// Width and height in pixels.
const SIZES: [(u32, u32); 2] = [(4000, 3000), (6000, 4000)];

pub(super) async fn run() -> Result<Table> {
    let mut table = Table::new(&format!(
        "Thumbnails: {PHOTOS} sRGB JPEGs, preview 1440, thumbnail 250 and thumbhash, default settings"
    ));
    for (width, height) in SIZES {
        let model = photo(width, height)?;
        measure(&mut table, &format!("{width}x{height}"), &model).await?;
    }
    Ok(table)
}

async fn measure(table: &mut Table, name: &str, model: &Bytes) -> Result<()> {
    let system = TestSystem::builder().durable().photo_workers().start().await?;
    let admin = system.client().sign_up_admin().await?;
    command(&admin, "pause").await?;
    for index in 0..PHOTOS {
        admin
            .upload(&NewUpload::new(&format!("{index}.jpg"), copy_of(model)?))
            .await?;
    }
    wait_until_for(PATIENCE, "all photos wait for their pictures", || async {
        let jobs = admin.get("/api/jobs").await?.ok()?.json()?;
        let paused = jobs.pointer("/thumbnailGeneration/jobCounts/paused");
        Ok(paused.and_then(serde_json::Value::as_u64) == u64::try_from(PHOTOS).ok())
    })
    .await?;

    let worker = system.service(Kind::ThumbnailWorker, 0)?;
    let peak = Peak::watch(worker.pid().context("the worker does not run")?);
    let (before, begun) = (cpu_of(&worker)?, Instant::now());
    command(&admin, "resume").await?;
    system.queues_idle(&admin, PATIENCE).await?;
    let wall = begun.elapsed().as_secs_f64();
    let cpu = (cpu_of(&worker)? - before) * 1e3 / count(PHOTOS);
    let peak = peak.end();

    let file = system.folder().join("model.jpg");
    std::fs::write(&file, model)?;
    let arguments = [file.display().to_string(), PHOTOS.to_string()];
    let sharp = peer::run("sharp.mjs", &arguments).await?;
    let (sharp_cpu, sharp_rate) = (
        peer::number(&sharp, "cpuMsPerPhoto")?,
        peer::number(&sharp, "photosPerSecond")?,
    );
    let rate = count(PHOTOS) / wall;
    table.against(
        &format!("{name}: CPU time"),
        format!("{cpu:.0} ms per photo"),
        format!("sharp: {sharp_cpu:.0} ms, {:.2} times as much", sharp_cpu / cpu),
    );
    table.against(
        &format!("{name}: speed, read and published"),
        format!("{rate:.1} photos/s"),
        format!("sharp, decoded and encoded only: {sharp_rate:.1} photos/s"),
    );
    table.row(&format!("{name}: most memory"), megabytes(peak));
    Ok(())
}

async fn command(admin: &Client, word: &str) -> Result<()> {
    let body = json!({"command": word, "force": false});
    admin.put("/api/jobs/thumbnailGeneration", &body).await?.ok()?;
    Ok(())
}
