//! The library that is asked about, and what else goes on meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use crate::client::{Client, NewUpload};
use crate::media::jpeg;
use crate::seed::Order;
use crate::servers::{Postgres, TestDatabase, subfolder};
use crate::system::{Kind, TestSystem};

/// Rows of the library.
pub(super) const ASSETS: i64 = 1_000_000;
/// Uploads a second.
pub(super) const UPLOADS: u64 = 20;
/// What the web app asks of its timeline.
pub(super) const VIEW: &str = "visibility=timeline&withPartners=true&withStacked=true";

/// A session for each, and a month of its own for somebody who has little else.
const PREPARE: &str = "
insert into session (token, user_id) select sha256(convert_to(split_part(email, '@', 1), 'UTF8')), id from \"user\";
with made as (
    insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
        local_date_time, width, height, thumbhash)
    select id, 'IMAGE', '/nowhere/' || n, n || '.jpg', sha256(('large' || n)::bytea), at, at, at at time zone 'UTC', 4000, 3000,
        decode('1c0802158a5f7a6897f7787787808678707800', 'hex')
    from \"user\", generate_series(1, 10000) n, lateral (select timestamptz '1999-05-01Z' + n * interval '4 minutes') made(at)
    where email = 'person-9@seed.example'
    returning id)
insert into asset_exif (asset_id, file_size_in_byte) select id, 1 from made;";

/// The library, a gateway that keeps answers and one that does not.
pub(super) struct Stage {
    pub(super) system: TestSystem,
}

impl Stage {
    pub(super) async fn make() -> Result<Self> {
        let database = TestDatabase::create_on(Postgres::start_large().await?).await?;
        let media = subfolder("bench-api")?.join("media");
        std::fs::create_dir(&media)?;
        let order = Order::alone(ASSETS, media.clone(), "");
        order.fill(&database.url(), |_, _| ()).await?;
        let sql = database.connect().await?;
        sql.batch_execute(PREPARE).await?;
        sql.batch_execute("vacuum (analyze)").await?;
        let system = TestSystem::builder()
            .database(database)
            .media(media)
            .env("IMMICH_IGNORE_MOUNT_CHECK_ERRORS", "true")
            .env("IMMICH_LOG_LEVEL", "warn");
        let system = system.start().await?;
        let without = [("SAFELIGHT_ANSWER_CACHE", "0")];
        system.start_with(Kind::ApiGateway, &without).await?;
        Ok(Self { system })
    }

    /// A person at the gateway that keeps answers (0) or at the other (1).
    pub(super) fn person(&self, number: u32, gateway: usize) -> Result<Client> {
        self.system.client_of(gateway)?.with_token(&format!("person-{number}"))
    }

    /// The months of a person, with how many assets each has.
    pub(super) async fn months(&self, number: u32) -> Result<Vec<(String, i64)>> {
        let months = self
            .person(number, 1)?
            .get_json(&format!("/api/timeline/buckets?{VIEW}"))
            .await?;
        let month = |month: &Value| {
            Some((
                month.get("timeBucket")?.as_str()?.to_owned(),
                month.get("count")?.as_i64()?,
            ))
        };
        Ok(months.as_array().into_iter().flatten().filter_map(month).collect())
    }
}

/// Photos that come in, so many a second, until the value is ended.
pub(super) struct Incoming {
    ended: Arc<AtomicBool>,
    task: JoinHandle<Result<u64>>,
}

impl Incoming {
    pub(super) fn begin(to: Client) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let stop = Arc::clone(&ended);
        let task = tokio::spawn(async move {
            let mut pace = interval(Duration::from_secs(1) / u32::try_from(UPLOADS)?);
            pace.set_missed_tick_behavior(MissedTickBehavior::Skip);
            let mut sent = 0;
            while !stop.load(Ordering::Relaxed) {
                pace.tick().await;
                to.upload(&NewUpload::new(&format!("{sent}.jpg"), jpeg())).await?;
                sent += 1;
            }
            Ok(sent)
        });
        Self { ended, task }
    }

    pub(super) async fn end(self) -> Result<u64> {
        self.ended.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

/// Other work of the machine: a thread for each processor that never rests.
pub(super) struct Busy(Arc<AtomicBool>);

impl Busy {
    pub(super) fn begin() -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            let ended = Arc::clone(&ended);
            std::thread::spawn(move || while !ended.load(Ordering::Relaxed) {});
        }
        Self(ended)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
