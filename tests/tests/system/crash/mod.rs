//! Processes that are killed or halted between any two steps: every effect comes once, and nothing is left over.

mod gateway;
mod schedules;
mod stale;
mod unheard;
mod workers;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use safelight_core::crash::CrashPoint;
use safelight_tests::client::NewUpload;
use safelight_tests::system::Service;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};

/// How long a claim holds without a beat in these tests.
const LEASE: &str = "2s";

/// A system in which processes crash on order.
struct Scene {
    system: TestSystem,
    admin: Client,
    uploads: AtomicUsize,
}

/// A process that is told where to crash.
struct Armed {
    service: Arc<Service>,
    mark: PathBuf,
}

impl Scene {
    /// One gateway and these workers.
    async fn open(workers: &[Kind]) -> Result<Self> {
        let system = TestSystem::builder()
            .workers(workers)
            .env("SAFELIGHT_LEASE", LEASE)
            .env("SAFELIGHT_RETRY_DELAY", "100ms")
            .env("SAFELIGHT_CHORE_DEADLINE", "2s")
            .start()
            .await?;
        let admin = system.client().sign_up_admin().await?;
        Ok(Self {
            system,
            admin,
            uploads: AtomicUsize::new(0),
        })
    }

    /// Starts a service that is killed (or halted, by `how`) when it first comes to `point`.
    async fn arm(&self, kind: Kind, point: CrashPoint, how: &str) -> Result<Armed> {
        let mark = self
            .system
            .folder()
            .join(format!("crash-{}-{}", kind.binary(), point.as_str()));
        let order = format!("{}{how}", point.as_str());
        let env = [
            ("SAFELIGHT_CRASH_AT", order.as_str()),
            ("SAFELIGHT_CRASH_MARK", mark.to_str().unwrap_or_default()),
        ];
        let service = self.system.start_with(kind, &env).await?;
        Ok(Armed { service, mark })
    }

    /// A photo that is nowhere yet.
    fn photo(&self) -> NewUpload {
        let number = self.uploads.fetch_add(1, Ordering::Relaxed);
        NewUpload::new(&format!("{number}.jpg"), media::jpeg_sized(1200, 800))
    }

    /// One number of the database.
    async fn number(&self, query: &str) -> Result<i64> {
        Ok(self.system.sql().await?.query_one(query, &[]).await?.get(0))
    }

    /// Waits until no job and no intent is left. Gives the most losses that any job was seen with.
    async fn settled(&self) -> Result<i64> {
        let most = std::cell::Cell::new(0);
        wait_until("no job and no intent is left", async || {
            let losses = self.number("select coalesce(max(losses), 0)::bigint from job").await?;
            most.set(most.get().max(losses));
            // In one statement: the sweep of an intent leaves a job.
            let left = "select (select count(*) from job) + (select count(*) from file_intent)";
            Ok(self.number(left).await? == 0)
        })
        .await?;
        Ok(most.get())
    }

    /// Every asset has each of its files once, every job was counted once, and no other file is there.
    async fn whole(&self) -> Result<()> {
        let sql = self.system.sql().await?;
        let odd = "select count(*) from asset a where thumbhash is null or not exists \
            (select 1 from asset_file f where f.asset_id = a.id and f.type = 'preview') or not exists \
            (select 1 from asset_file f where f.asset_id = a.id and f.type = 'thumbnail')";
        assert_eq!(self.number(odd).await?, 0, "assets without their pictures");
        let assets = self.number("select count(*) from asset").await?;
        assert_eq!(
            assets,
            i64::try_from(self.uploads.load(Ordering::Relaxed))?,
            "uploads and assets"
        );
        for queue in ["metadataExtraction", "thumbnailGeneration"] {
            let done =
                format!("select coalesce(sum(completed), 0)::bigint from queue_completed where queue = '{queue}'");
            assert_eq!(self.number(&done).await?, assets, "completed in {queue}");
        }
        let rows = sql
            .query(
                "select path from asset_file union all select original_path from asset",
                &[],
            )
            .await?;
        let named: HashSet<PathBuf> = rows.iter().map(|row| PathBuf::from(row.get::<_, String>(0))).collect();
        let there: HashSet<PathBuf> = media::files_in(&self.system.media(), &["jpg", "jpeg", "webp", "part"])
            .into_iter()
            .collect();
        assert_eq!(named, there, "files that rows name, and files on disk");
        Ok(())
    }
}

impl Armed {
    /// Uploads photos until the process comes to its point.
    async fn upload_until_hit(&self, scene: &Scene) -> Result<()> {
        wait_until("the process comes to its point", async || {
            if !self.mark.exists() && scene.number("select count(*) from job").await? == 0 {
                scene.admin.upload(&scene.photo()).await?;
            }
            Ok(self.mark.exists())
        })
        .await
    }

    /// Waits until the process is gone.
    async fn dead(&self) -> Result<()> {
        wait_until("the process is gone", async || {
            Ok(self.service.exit_status()?.is_some())
        })
        .await
    }
}
