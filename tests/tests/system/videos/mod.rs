//! Videos, from upload to rows and pictures.

mod broken;
mod kinds;
mod lengths;
mod playback;

use std::time::Duration;

use anyhow::Result;
use image::RgbImage;
use image::imageops::FilterType;
use safelight_tests::client::Client;
use safelight_tests::{TestSystem, wait_until_for};
use serde_json::Value;
use tokio_postgres::Client as Sql;

/// How long all videos of a test may take on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(240);

/// Waits until metadata and pictures of all assets are made or given up; transcoding is somebody else's.
async fn seen(sql: &Sql) -> Result<()> {
    wait_until_for(LONG, "all videos have been looked at", || async {
        let busy = "select count(*) from job where state <> 'parked' \
                    and queue in ('metadataExtraction', 'thumbnailGeneration')";
        Ok(sql.query_one(busy, &[]).await?.get::<_, i64>(0) == 0)
    })
    .await
}

/// Gateway, metadata worker, thumbnail worker; an admin; the database.
async fn system() -> Result<(TestSystem, Client, Sql)> {
    system_with(&[]).await
}

/// The same with variables.
async fn system_with(env: &[(&str, &str)]) -> Result<(TestSystem, Client, Sql)> {
    let mut builder = TestSystem::builder().photo_workers();
    for (name, value) in env {
        builder = builder.env(name, value);
    }
    let system = builder.start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    Ok((system, admin, sql))
}

async fn asset(admin: &Client, id: &str) -> Result<Value> {
    admin.get_json(&format!("/api/assets/{id}")).await
}

async fn picture(admin: &Client, id: &str, size: &str) -> Result<Vec<u8>> {
    let answer = admin.get(&format!("/api/assets/{id}/thumbnail?size={size}")).await?;
    Ok(answer.expect(200)?.body.to_vec())
}

/// How far two pictures are apart in the mean over all values, 0 to 255, when looked at from afar.
pub(crate) fn distance(one: &RgbImage, other: &RgbImage) -> f64 {
    let (width, height) = other.dimensions();
    let one = image::imageops::resize(one, width, height, FilterType::Triangle);
    let apart: u64 = one
        .iter()
        .zip(other.iter())
        .map(|(a, b)| u64::from(a.abs_diff(*b)))
        .sum();
    let count = u32::try_from(one.len()).unwrap();
    f64::from(u32::try_from(apart).unwrap()) / f64::from(count)
}
