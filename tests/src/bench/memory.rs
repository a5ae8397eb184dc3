//! Resident memory of each binary: at rest after its start, and the most while a folder of photos and a video went through.

use std::time::Duration;

use anyhow::{Context, Result};

use super::Table;
use super::pictures::{copy_of, photo};
use super::transcode::make_clip;
use super::usage::{Peak, megabytes, resident_with_children};
use crate::client::NewUpload;
use crate::system::{Kind, TestSystem};

const PHOTOS: usize = 24;
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) async fn run() -> Result<Table> {
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    let system = TestSystem::builder().durable().workers(&workers).start().await?;
    let admin = system.client().sign_up_admin().await?;
    let mut watched = Vec::new();
    for service in system.services() {
        let pid = service.pid().context("a service does not run")?;
        watched.push((service.kind(), resident_with_children(pid), Peak::watch(pid)));
    }
    let model = photo(6000, 4000)?;
    for index in 0..PHOTOS {
        admin
            .upload(&NewUpload::new(&format!("{index}.jpg"), copy_of(&model)?))
            .await?;
    }
    let clip = system.folder().join("clip.mp4");
    make_clip(&clip, "mpeg4", 10)?;
    admin.upload(&NewUpload::new("clip.mp4", std::fs::read(clip)?)).await?;
    system.queues_idle(&admin, PATIENCE).await?;

    let mut table = Table::new(&format!(
        "Memory: {PHOTOS} photos of 24 MP and ten seconds of 1080p MPEG-4 to H.264, children included"
    ));
    for (kind, rest, peak) in watched {
        table.row(
            kind.binary(),
            format!("at rest {}, at work {}", megabytes(rest), megabytes(peak.end())),
        );
    }
    Ok(table)
}
