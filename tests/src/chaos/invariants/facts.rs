//! All that the database and the disk say, read once.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::Result;
use tokio_postgres::Client;

use super::super::stage::Stage;

/// An asset as its rows tell.
#[derive(Debug)]
pub(super) struct Asset {
    pub(super) sha1: String,
    pub(super) original: PathBuf,
    pub(super) has_hash: bool,
    /// Its metadata were read: a time, a row of tags, and of streams where it is a video.
    pub(super) is_read: bool,
    /// Type and path.
    pub(super) files: Vec<(String, PathBuf)>,
}

/// A job that was given up.
#[derive(Debug)]
pub(super) struct Parked {
    pub(super) kind: String,
    pub(super) subject: String,
    pub(super) failures: i32,
    pub(super) history: String,
}

/// Rows and files.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) media: PathBuf,
    /// By id.
    pub(super) assets: HashMap<String, Asset>,
    pub(super) parked: Vec<Parked>,
    /// Jobs that are open, and intents.
    pub(super) open: Vec<String>,
    /// Ended jobs by queue.
    pub(super) completed: BTreeMap<String, i64>,
    /// Bytes that accounts are charged for.
    pub(super) usage: i64,
    /// Every file in the media location.
    pub(super) on_disk: Vec<PathBuf>,
}

impl Facts {
    pub(super) async fn read(stage: &Stage) -> Result<Self> {
        let sql = stage.system.sql().await?;
        let media = stage.system.media();
        let mut on_disk = Vec::new();
        walk(&media, &mut on_disk)?;
        Ok(Self {
            assets: assets(&sql).await?,
            parked: parked(&sql).await?,
            open: open(&sql).await?,
            completed: completed(&sql).await?,
            usage: sql
                .query_one("select sum(quota_usage_in_bytes)::bigint from \"user\"", &[])
                .await?
                .get(0),
            on_disk,
            media,
        })
    }
}

async fn assets(sql: &Client) -> Result<HashMap<String, Asset>> {
    let mut assets = HashMap::new();
    let rows = "select a.id::text, encode(a.checksum, 'hex'), a.original_path, a.thumbhash is not null, \
        s.metadata_extracted_at is not null and e.asset_id is not null \
            and (a.type <> 'VIDEO' or v.asset_id is not null) \
        from asset a left join asset_job_status s on s.asset_id = a.id left join asset_exif e on e.asset_id = a.id \
        left join asset_video v on v.asset_id = a.id";
    for row in sql.query(rows, &[]).await? {
        let asset = Asset {
            sha1: row.get(1),
            original: PathBuf::from(row.get::<_, String>(2)),
            has_hash: row.get(3),
            is_read: row.get::<_, Option<bool>>(4).unwrap_or_default(),
            files: Vec::new(),
        };
        assets.insert(row.get::<_, String>(0), asset);
    }
    let files = "select asset_id::text, type, path from asset_file order by type";
    for row in sql.query(files, &[]).await? {
        if let Some(asset) = assets.get_mut(&row.get::<_, String>(0)) {
            asset.files.push((row.get(1), PathBuf::from(row.get::<_, String>(2))));
        }
    }
    Ok(assets)
}

async fn parked(sql: &Client) -> Result<Vec<Parked>> {
    let rows = "select kind, coalesce(dedup_key, ''), failures, history::text from job where state = 'parked'";
    let rows = sql.query(rows, &[]).await?;
    let parked = rows.iter().map(|row| Parked {
        kind: row.get(0),
        subject: row.get(1),
        failures: row.get(2),
        history: row.get(3),
    });
    Ok(parked.collect())
}

async fn open(sql: &Client) -> Result<Vec<String>> {
    let rows = "select 'job ' || kind || ' ' || coalesce(dedup_key, '') || ' ' || state from job \
        where state <> 'parked' union all select 'intent ' || path from file_intent";
    let rows = sql.query(rows, &[]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn completed(sql: &Client) -> Result<BTreeMap<String, i64>> {
    let rows = "select queue, completed from queue_completed";
    let rows = sql.query(rows, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}
