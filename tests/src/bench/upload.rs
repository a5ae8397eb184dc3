//! Files a second through `POST /assets`, against writing the same bytes durably to the same disk.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;

use super::Table;
use super::load::spread;
use super::pictures::{copy_of, photo};
use super::usage::{count, cpu_of};
use crate::client::NewUpload;
use crate::system::{Kind, TestSystem};

const FILES: usize = 200;
const LANES: usize = 4;

pub(super) async fn run() -> Result<Table> {
    let system = TestSystem::builder().durable().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let model = photo(4000, 3000)?;
    let copies: Vec<Bytes> = (0..FILES).map(|_| copy_of(&model)).collect::<Result<_>>()?;
    let raw = write_durably(&system.folder().join("raw"), &copies)?;

    let gateway = system.service(Kind::ApiGateway, 0)?;
    let before = cpu_of(&gateway)?;
    let timing = spread(FILES, LANES, move |index| {
        let (admin, model) = (admin.clone(), model.clone());
        async move {
            let file = NewUpload::new(&format!("{index}.jpg"), copy_of(&model)?);
            anyhow::ensure!(admin.upload(&file).await?.created, "a duplicate");
            Ok(())
        }
    })
    .await?;
    let cpu = (cpu_of(&gateway)? - before) * 1e3 / count(FILES);

    let size = copies.first().map_or(0, Bytes::len);
    let mut table = Table::new(&format!(
        "Upload: {FILES} photos of {:.1} MB, {LANES} at a time",
        count(size) / 1e6
    ));
    let plain = count(FILES) / raw.as_secs_f64();
    table.against(
        "uploads: hashed, synced, a row and a job each",
        timing.text("files"),
        format!("write, fsync and rename, one after the other: {plain:.0} files/s"),
    );
    table.row("throughput", format!("{:.0} MB/s", timing.rate() * count(size) / 1e6));
    table.row("CPU time of the gateway", format!("{cpu:.1} ms per file"));
    Ok(table)
}

/// Writes each file, syncs it, gives it its name and syncs the folder: what a store must do at the least.
fn write_durably(folder: &Path, files: &[Bytes]) -> Result<Duration> {
    fs::create_dir(folder)?;
    let begun = Instant::now();
    for (index, bytes) in files.iter().enumerate() {
        let part = folder.join("part");
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, folder.join(index.to_string()))?;
        File::open(folder)?.sync_all()?;
    }
    Ok(begun.elapsed())
}
