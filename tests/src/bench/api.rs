//! What people ask most of a large library, of a gateway that keeps answers and of one that does not, in one run: nobody
//! changes anything, photos come in, and the machine has other work.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::connect;
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

use super::Table;
use super::bytes::{self, Nginx};
use super::load::{Timing, spread};
use super::usage::{Peak, megabytes};
use crate::client::{Client, NewUpload};
use crate::media::jpeg;
use crate::seed::{self, Order};
use crate::servers::{Postgres, TestDatabase, subfolder};
use crate::system::{Kind, TestSystem};

/// Rows of the library.
const ASSETS: i64 = 1_000_000;
const LANES: usize = 16;
/// How often the gateway that keeps answers is asked, and the other.
const REQUESTS: usize = 4_000;
const PLAIN: usize = 64;
/// Uploads a second.
const UPLOADS: u64 = 20;
/// Photos of the large month.
const LARGE_MONTH: i32 = 10_000;

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

const VIEW: &str = "visibility=timeline&withPartners=true&withStacked=true";

/// The library, a gateway that keeps answers and one that does not.
struct Stage {
    system: TestSystem,
}

impl Stage {
    async fn make() -> Result<Self> {
        let database = TestDatabase::create_on(Postgres::start_large().await?).await?;
        let media = subfolder("bench-api")?.join("media");
        std::fs::create_dir(&media)?;
        fill(&database, media.clone()).await?;
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
    fn person(&self, number: u32, gateway: usize) -> Result<Client> {
        self.system.client_of(gateway)?.with_token(&format!("person-{number}"))
    }

    /// The months of a person, with how many assets each has.
    async fn months(&self, number: u32) -> Result<Vec<(String, i64)>> {
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

    /// Asks both gateways in turn.
    async fn ask(&self, table: &mut Table, what: &str, people: &[u32], path: &str, goal: &str) -> Result<()> {
        let mut told = [String::new(), String::new()];
        for (gateway, (requests, told)) in [REQUESTS, PLAIN].into_iter().zip(&mut told).enumerate() {
            let clients = people.iter().map(|number| self.person(*number, gateway));
            let clients: Vec<_> = clients.collect::<Result<_>>()?;
            *told = ask(clients, path, requests).await?.text("requests");
        }
        let [kept, plain] = told;
        table.cells([what.to_owned(), kept, plain, goal.to_owned()]);
        Ok(())
    }
}

async fn fill(database: &TestDatabase, root: PathBuf) -> Result<()> {
    let config = DatabaseConfig::from_env(&Env::of([("DB_URL", database.url())]))?;
    let order = Order {
        assets: ASSETS,
        root,
        more: false,
        files: false,
        alone: true,
        and: "",
    };
    seed::library(&mut connect(&config).await?, &order, |_, _| ()).await
}

/// Asks for the same, each person in turn, as a browser does that takes gzip.
async fn ask(clients: Vec<Client>, path: &str, requests: usize) -> Result<Timing> {
    let path = path.to_owned();
    let clients: Vec<_> = clients
        .iter()
        .map(|client| client.with_header("accept-encoding", "gzip"))
        .collect::<Result<_>>()?;
    spread(requests, LANES, move |index| {
        let request = clients
            .get(index % clients.len())
            .context("nobody")
            .and_then(|client| client.request(reqwest::Method::GET, &path));
        async move {
            request?.send().await?.error_for_status()?.bytes().await?;
            Ok(())
        }
    })
    .await
}

/// Photos that come in, so many a second, until the value is ended.
struct Incoming {
    ended: Arc<AtomicBool>,
    task: JoinHandle<Result<u64>>,
}

impl Incoming {
    fn begin(to: Client) -> Self {
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

    async fn end(self) -> Result<u64> {
        self.ended.store(true, Ordering::Relaxed);
        self.task.await?
    }
}

/// Other work of the machine: a thread for each processor that never rests.
struct Busy(Arc<AtomicBool>);

impl Busy {
    fn begin() -> Self {
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

/// Runs it.
///
/// # Errors
/// When something it needs does not run.
pub async fn run() -> Result<Table> {
    let stage = Stage::make().await?;
    let mut table = Table::with_columns(
        &format!("Answers about a library of {ASSETS} assets, {LANES} connections"),
        &["what", "answers kept", "without, in the same run", "goal"],
    );
    let gateway = stage.system.service(Kind::ApiGateway, 0)?;
    let memory = Peak::watch(gateway.pid().context("the gateway does not run")?);
    let list = format!("/api/timeline/buckets?{VIEW}");
    let months = stage.months(3).await?;
    let owned: i64 = months.iter().map(|(_, count)| count).sum();
    let near = months
        .iter()
        .min_by_key(|(_, count)| (count - 840).abs())
        .context("no month")?;
    let month = format!("/api/timeline/bucket?timeBucket={}&{VIEW}", near.0);
    let ten: Vec<u32> = (1..=10).collect();
    for saturated in [false, true] {
        let busy = saturated.then(Busy::begin);
        let suffix = if saturated { ", machine saturated" } else { "" };
        let what = |text: &str| format!("{text}{suffix}");
        stage
            .ask(
                &mut table,
                &what(&format!("months of {owned}")),
                &[3],
                &list,
                ">= 2,000/s",
            )
            .await?;
        stage
            .ask(
                &mut table,
                &what("months of the owner of one half"),
                &[1],
                &list,
                "p99 < 50 ms",
            )
            .await?;
        stage
            .ask(&mut table, &what("months, ten people"), &ten, &list, "")
            .await?;
        stage
            .ask(
                &mut table,
                &what(&format!("a month of {}", near.1)),
                &[3],
                &month,
                ">= 3,000/s",
            )
            .await?;
        for (number, text, goal) in [
            (3, format!("months of {owned}, {UPLOADS} uploads a second"), ">= 300/s"),
            (
                1,
                format!("months of the owner of one half, {UPLOADS} uploads a second"),
                "p99 < 50 ms",
            ),
        ] {
            let incoming = Incoming::begin(stage.person(number, 1)?);
            stage.ask(&mut table, &what(&text), &[number], &list, goal).await?;
            incoming.end().await?;
        }
        large_month(&stage, &mut table, suffix).await?;
        thumbnails(&stage, &mut table, suffix).await?;
        drop(busy);
    }
    table.cells([
        "most memory of the gateway".to_owned(),
        megabytes(memory.end()),
        String::new(),
        "< 150 MB".to_owned(),
    ]);
    Ok(table)
}

/// The bytes of thumbnails, and nginx sending the same files.
async fn thumbnails(stage: &Stage, table: &mut Table, suffix: &str) -> Result<()> {
    let media = stage.system.media();
    let pictures = bytes::write(&stage.system.sql().await?, &media, "person-3@seed.example").await?;
    let ours = bytes::ask(stage.person(3, 0)?, &pictures, LANES, bytes::of_gateway).await?;
    let peer = match Nginx::start(&subfolder("nginx")?, &media).await? {
        Some(nginx) => {
            let theirs = bytes::ask(nginx.client(), &pictures, LANES, bytes::of_nginx).await?;
            format!(
                "nginx {}; ours is {:.2} of it",
                theirs.text("requests"),
                ours.rate() / theirs.rate()
            )
        }
        None => "nginx is not installed (Debian: nginx-light)".to_owned(),
    };
    let goal = ">= 3,000/s, p99 < 20 ms, >= 0.5 of nginx".to_owned();
    table.cells([format!("thumbnails{suffix}"), ours.text("requests"), peer, goal]);
    Ok(())
}

/// One after the other: made anew each time, because one photo of it was touched, and as it is kept.
async fn large_month(stage: &Stage, table: &mut Table, suffix: &str) -> Result<()> {
    let path = format!("/api/timeline/bucket?timeBucket=1999-05-01&{VIEW}");
    let sql = Arc::new(stage.system.sql().await?);
    let client = stage.person(9, 0)?;
    for (what, touches, goal) in [
        ("touched before each", true, "p50 < 40 ms"),
        ("untouched", false, "p50 < 5 ms"),
    ] {
        let (sql, client, path) = (Arc::clone(&sql), client.clone(), path.clone());
        let timing = spread(60, 1, move |_| {
            let (sql, client, path) = (Arc::clone(&sql), client.clone(), path.clone());
            async move {
                if touches {
                    let touch = "update asset set updated_at = now() where local_date_time = '1999-05-02'";
                    sql.batch_execute(touch).await?;
                }
                client
                    .request(reqwest::Method::GET, &path)?
                    .send()
                    .await?
                    .bytes()
                    .await?;
                Ok(())
            }
        });
        let text = format!("a month of {LARGE_MONTH}, {what}, one connection{suffix}");
        table.cells([text, timing.await?.text("requests"), String::new(), goal.to_owned()]);
    }
    Ok(())
}
