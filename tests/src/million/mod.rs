//! A library of a million assets, made once for a process, and the plans of what programs ask of it.
//!
//! The tests of plans and bounds share one Postgres, one database and one gateway, and take turns: so each knows which
//! statements in the log were its own. They leave the library as they have found it.

mod plan;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::sync::{Mutex, MutexGuard, OnceCell};
use uuid::Uuid;

pub use plan::{Plan, Scan};

use crate::client::Client;
use crate::seed::Order;
use crate::servers::{Postgres, TestDatabase, subfolder};
use crate::system::TestSystem;

/// Rows of `asset`.
pub const ASSETS: i64 = 1_000_000;
/// Jobs that no worker can do.
pub const JOBS: i64 = 500_000;

/// Jobs that wait for a capability that nothing has.
const IMPOSSIBLE: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class, requires)
select uuid_v7(), 'thumbnailGeneration', 'AssetGenerateThumbnails', gen_random_uuid()::text, '{}', 1, 1, '{decode.miracle}'
from generate_series(1, 500000)";

/// The first person, who owns one half of everything, is the administrator, and every one of the first eight has a session with
/// the open locked folder: the token is `person-1` and so on.
const SESSIONS: &str = "
update \"user\" set is_admin = true where email = 'person-1@seed.example';
insert into session (token, user_id, pin_expires_at)
select sha256(convert_to(split_part(email, '@', 1), 'UTF8')), id, now() + interval '1 day' from \"user\"";

/// What is in the library is seen as by a server that has rested, and from the next connection on every statement leaves its
/// plan in the log, with what it has really done.
const READY: &str = "
do $$ declare setting text; begin
    foreach setting in array array['session_preload_libraries = auto_explain', 'auto_explain.log_min_duration = 0',
            'auto_explain.log_analyze = on', 'auto_explain.log_buffers = on', 'auto_explain.log_timing = off',
            'auto_explain.log_nested_statements = on', 'auto_explain.log_format = json'] loop
        execute format('alter database %I set %s', current_database(), setting);
    end loop;
end $$";

/// The library with its gateway.
pub struct Million {
    system: TestSystem,
    turn: Mutex<()>,
}

/// The library while nobody else asks it anything.
pub struct Turn {
    million: &'static Million,
    _turn: MutexGuard<'static, ()>,
}

/// Waits for a turn with the library. The first who asks for it makes it.
///
/// # Errors
/// When it cannot be made.
pub async fn turn() -> Result<Turn> {
    static MILLION: OnceCell<Result<Million, String>> = OnceCell::const_new();
    // What failed once is not tried again: that would take minutes for each test.
    let million = MILLION.get_or_init(async || Million::make().await.map_err(|error| format!("{error:#}")));
    let million = million
        .await
        .as_ref()
        .map_err(|error| anyhow::anyhow!("no library: {error}"))?;
    let turn = million.turn.lock().await;
    Ok(Turn { million, _turn: turn })
}

impl Million {
    async fn make() -> Result<Self> {
        let begun = Instant::now();
        let database = TestDatabase::create_on(Postgres::start_large().await?).await?;
        let media = subfolder("million")?.join("media");
        std::fs::create_dir(&media)?;
        let say = |what: &str, took: Duration| eprintln!("{:7.1} s  {what}", took.as_secs_f64());
        let order = Order::alone(ASSETS, media.clone(), IMPOSSIBLE);
        order.fill(&database.url(), say).await?;
        let sql = database.connect().await?;
        sql.batch_execute(SESSIONS).await?;
        sql.batch_execute("vacuum (analyze)").await?;
        sql.batch_execute(READY).await?;
        let size = "select pg_size_pretty(pg_database_size(current_database()))";
        let size: String = sql.query_one(size, &[]).await?.get(0);
        eprintln!(
            "a library of {ASSETS} assets ({size}) was made in {:.0?}",
            begun.elapsed()
        );
        // The rows came before the mark of their store.
        let system = TestSystem::builder()
            .database(database)
            .media(media)
            .env("IMMICH_IGNORE_MOUNT_CHECK_ERRORS", "true");
        let system = system.start().await?;
        Ok(Self {
            system,
            turn: Mutex::default(),
        })
    }
}

impl Turn {
    /// The programs on it: a gateway, and what a test starts.
    pub fn system(&self) -> &'static TestSystem {
        &self.million.system
    }

    /// A client of the person with this number, 1 to 8; the first is the administrator and owns one half of all assets.
    ///
    /// # Errors
    /// Never in practice.
    pub fn person(&self, number: u32) -> Result<Client> {
        self.system().client().with_token(&format!("person-{number}"))
    }

    /// A client of somebody who is a member of the album of everybody and has nothing.
    ///
    /// # Errors
    /// Never in practice.
    pub fn member(&self) -> Result<Client> {
        self.person(900)
    }

    /// The answer to a query for one id.
    ///
    /// # Errors
    /// When there is none.
    pub async fn id(&self, query: &str) -> Result<Uuid> {
        self.ids(query).await?.pop().context("no row")
    }

    /// The answer to a query for ids.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn ids(&self, query: &str) -> Result<Vec<Uuid>> {
        let query = format!("select found.id::text from ({query}) as found (id)");
        let rows = self.system().sql().await?.query(&query, &[]).await?;
        let ids = rows.iter().map(|row| row.get::<_, &str>(0).parse());
        Ok(ids.collect::<Result<_, _>>()?)
    }

    /// The plans of what programs have asked while `asking` went on. Those of the tests' own connections are not among them.
    ///
    /// # Errors
    /// When `asking` fails, or the log cannot be read.
    pub async fn plans<F: Future<Output = Result<()>>>(&self, asking: F) -> Result<Vec<Plan>> {
        let server = self.system().postgres();
        let before = server.log_length()?;
        asking.await?;
        plan::read(&server.log_behind(before)?)
    }
}
