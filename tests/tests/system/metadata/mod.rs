//! The metadata worker alone, on rows that the test writes: reading, sidecars, deleting, nights.

mod accounts;
mod costly;
mod decoded;
mod delete;
mod extract;
mod nightly;
mod process;
mod sidecar;
mod usage;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use safelight_tests::system::Kind;
use safelight_tests::{TestSystem, media, wait_until};
use tokio_postgres::Client;
use uuid::Uuid;

/// A system without gateways, one metadata worker, one person.
struct House {
    system: TestSystem,
    sql: Client,
    owner: Uuid,
}

impl House {
    async fn open(env: &[(&str, &str)]) -> Result<Self> {
        let mut builder = TestSystem::builder().gateways(0).workers(&[Kind::MetadataWorker]);
        for (name, value) in env {
            builder = builder.env(name, value);
        }
        let system = builder.start().await?;
        let sql = system.sql().await?;
        let owner = Uuid::new_v4();
        let insert = format!("insert into \"user\" (id, email) values ('{owner}', 'a@b.cd')");
        sql.batch_execute(&insert).await?;
        Ok(Self { system, sql, owner })
    }

    /// A path for a file of the store, whose folder is there.
    fn place(&self, name: &str) -> Result<PathBuf> {
        let folder = self
            .system
            .media()
            .join("upload")
            .join(self.owner.to_string())
            .join("ab/cd");
        std::fs::create_dir_all(&folder)?;
        Ok(folder.join(name))
    }

    /// An asset as an upload leaves it: its file, its row, the row with its size.
    async fn asset(&self, name: &str, content: &[u8]) -> Result<(Uuid, PathBuf)> {
        let (id, path) = (Uuid::new_v4(), self.place(name)?);
        std::fs::write(&path, content)?;
        let kind = if name.to_lowercase().ends_with(".mp4") {
            "VIDEO"
        } else {
            "IMAGE"
        };
        self.sql
            .batch_execute(&format!(
                "insert into asset (id, owner_id, type, original_path, original_file_name, checksum, file_created_at, \
                 file_modified_at, local_date_time) values ('{id}', '{}', '{kind}', '{}', '{name}', uuid_send('{id}'), \
                 '2024-03-01T10:00:00Z', '2024-03-02T10:00:00Z', '2024-03-01T10:00:00'); \
                 insert into asset_exif (asset_id, file_size_in_byte) values ('{id}', {})",
                self.owner,
                path.display(),
                content.len(),
            ))
            .await?;
        Ok((id, path))
    }

    /// A row that says where a file of an asset is.
    async fn file_row(&self, asset: Uuid, kind: &str, path: &Path) -> Result<()> {
        let path = path.display();
        let insert = format!("insert into asset_file (asset_id, type, path) values ('{asset}', '{kind}', '{path}')");
        Ok(self.sql.batch_execute(&insert).await?)
    }

    /// Enqueues a job; no wake-up is sent, so the worker finds it by its beat.
    async fn enqueue(&self, queue: &str, kind: &str, key: &str, payload: &str, source: Option<&str>) -> Result<()> {
        let source = source.map_or_else(|| "null".to_owned(), |source| format!("'{source}'"));
        let key = if key.is_empty() {
            "null".to_owned()
        } else {
            format!("'{key}'")
        };
        let insert = format!(
            "insert into job (id, queue, kind, dedup_key, payload, payload_version, class, source) \
             values (uuid_v7(), '{queue}', '{kind}', {key}, '{payload}', 1, 1, {source})"
        );
        Ok(self.sql.batch_execute(&insert).await?)
    }

    async fn extract(&self, asset: Uuid) -> Result<()> {
        self.enqueue(
            "metadataExtraction",
            "AssetExtractMetadata",
            &asset.to_string(),
            "{}",
            Some("upload"),
        )
        .await
    }

    /// Waits until no job of the worker's queues waits or runs.
    async fn done(&self) -> Result<()> {
        wait_until("the worker is done", async || {
            let busy = "select count(*)::text from job where state <> 'parked' and kind <> 'AssetGenerateThumbnails'";
            Ok(self.text(busy).await?.as_deref() == Some("0"))
        })
        .await
    }

    /// The one value of a query that casts it to text.
    async fn text(&self, query: &str) -> Result<Option<String>> {
        let row = self.sql.query_opt(query, &[]).await.with_context(|| query.to_owned())?;
        Ok(row.and_then(|row| row.get(0)))
    }

    /// What the rows say about an asset: `column=value`, of those that are not null.
    async fn told(&self, asset: Uuid, columns: &str) -> Result<String> {
        let query = format!(
            "select concat_ws(' | ', {columns}) from asset a left join asset_exif e on e.asset_id = a.id where a.id = '{asset}'"
        );
        self.text(&query).await?.context("no such asset")
    }
}

/// A photo with everything: the falcon, where the shared media are.
fn shared(name: &str) -> Option<Vec<u8>> {
    std::fs::read(media::test_media()?.join(name)).ok()
}
