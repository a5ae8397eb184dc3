//! Requests a second of the timeline of a large library.

use anyhow::{Context, Result};
use serde_json::Value;

use super::Table;
use super::load::spread;
use super::usage::{count, cpu_of};
use crate::client::Client;
use crate::system::{Kind, TestSystem};

const ASSETS: i32 = 100_000;
const REQUESTS: usize = 2_000;
const LANES: usize = 8;

/// Photos of ten years, evenly spread, each with the row of its metadata.
const LIBRARY: &str = "
with owner as (select id from \"user\" limit 1),
made as (
    insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
        local_date_time, width, height, thumbhash)
    select owner.id, 'IMAGE', '/nowhere/' || n, n || '.jpg', decode(lpad(to_hex(n), 40, '0'), 'hex'), at, at,
        at at time zone 'UTC', 4000, 3000, decode('1c0802158a5f7a6897f7787787808678707800', 'hex')
    from owner, generate_series(1, $1) n, lateral (select timestamptz '2014-01-01Z' + n * interval '52 minutes') made(at)
    returning id)
insert into asset_exif (asset_id, file_size_in_byte) select id, 1 from made";

pub(super) async fn run() -> Result<Table> {
    let system = TestSystem::builder().durable().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    sql.execute(LIBRARY, &[&ASSETS]).await?;
    sql.batch_execute("analyze").await?;

    let mut table = Table::new(&format!(
        "Timeline: a library of {ASSETS} photos over ten years, {LANES} clients"
    ));
    let months = admin.get("/api/timeline/buckets?visibility=timeline&withPartners=true&withStacked=true");
    let months = months.await?.ok()?.json()?;
    let months: Vec<String> = months
        .as_array()
        .context("a list of months")?
        .iter()
        .filter_map(|month| Some(month.get("timeBucket").and_then(Value::as_str)?.to_owned()))
        .collect();
    let suffix = "visibility=timeline&withPartners=true&withStacked=true";
    let list = format!("/api/timeline/buckets?{suffix}");
    measure(&mut table, &system, &admin, "the list of months", vec![list]).await?;
    let each = months
        .iter()
        .map(|month| format!("/api/timeline/bucket?timeBucket={month}&{suffix}"));
    let what = format!("a month of about {:.0} photos", f64::from(ASSETS) / count(months.len()));
    measure(&mut table, &system, &admin, &what, each.collect()).await?;
    Ok(table)
}

async fn measure(table: &mut Table, system: &TestSystem, admin: &Client, what: &str, paths: Vec<String>) -> Result<()> {
    let gateway = system.service(Kind::ApiGateway, 0)?;
    let before = cpu_of(&gateway)?;
    let admin = admin.clone();
    let timing = spread(REQUESTS, LANES, move |index| {
        let (admin, path) = (admin.clone(), paths.get(index % paths.len()).cloned());
        async move {
            admin.get(&path.context("no path")?).await?.ok()?;
            Ok(())
        }
    })
    .await?;
    let cpu = (cpu_of(&gateway)? - before) * 1e3 / count(REQUESTS);
    table.row(
        what,
        format!("{}, {cpu:.2} CPU-ms of the gateway each", timing.text("requests")),
    );
    Ok(())
}
