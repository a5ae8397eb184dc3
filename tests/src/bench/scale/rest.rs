//! What each program holds while it has nothing to do: memory, and connections to Postgres before and after work.

use std::time::Duration;

use anyhow::{Context, Result};

use super::super::Table;
use super::super::pictures::{copy_of, photo};
use super::super::usage::{megabytes, resident_with_children};
use crate::client::NewUpload;
use crate::system::{Kind, TestSystem};

/// From the start of a program to the look at it.
const SETTLE: Duration = Duration::from_secs(15);
/// From the end of work until it counts as rest again: longer than a pool keeps what nobody uses.
const REST: Duration = Duration::from_secs(90);
const PHOTOS: usize = 40;
const PATIENCE: Duration = Duration::from_secs(600);

pub(super) async fn run() -> Result<Table> {
    let workers = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
    let builder = TestSystem::builder().durable().own_redis().workers(&workers);
    let system = builder.env("IMMICH_LOG_LEVEL", "log").start().await?;
    let sql = system.sql().await?;
    tokio::time::sleep(SETTLE).await;
    let mut seen = Vec::new();
    for service in system.services() {
        let pid = service.pid().context("a service does not run")?;
        let kind = service.kind();
        seen.push((kind, resident_with_children(pid), connections(&sql, kind).await?));
    }
    let admin = system.client().sign_up_admin().await?;
    let model = photo(4000, 3000)?;
    for index in 0..PHOTOS {
        let upload = NewUpload::new(&format!("{index}.jpg"), copy_of(&model)?);
        admin.upload(&upload).await?;
    }
    system.queues_idle(&admin, PATIENCE).await?;
    let mut worked = Vec::new();
    for (kind, ..) in &seen {
        worked.push(connections(&sql, *kind).await?);
    }
    tokio::time::sleep(REST).await;

    let mut table = Table::with_goals("One process of each program at rest, children included");
    for ((kind, memory, before), worked) in seen.into_iter().zip(worked) {
        let after = connections(&sql, kind).await?;
        let most = if kind == Kind::ApiGateway { 60 } else { 40 };
        let name = kind.binary();
        table.against(
            &format!("{name}: memory"),
            megabytes(memory),
            format!("below {most} MB"),
        );
        table.against(
            &format!("{name}: connections to Postgres"),
            format!("{before}; {worked} after {PHOTOS} photos, {after} a while later"),
            "at most 4 at rest",
        );
    }
    Ok(table)
}

/// The connections that processes of one program hold, by the name they give themselves.
async fn connections(sql: &tokio_postgres::Client, kind: Kind) -> Result<i64> {
    let statement = "select count(*) from pg_stat_activity where application_name = $1";
    let name = format!("safelight {}", kind.binary());
    Ok(sql.query_one(statement, &[&name]).await?.get(0))
}
