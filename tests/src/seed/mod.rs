//! A large library as rows: several people with twenty years of photos and videos, their tags, files and albums, as if all of
//! it had been uploaded and done.

mod files;
mod options;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::{Readiness, connect, readiness};

pub use options::Options;

/// What a library is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Rows in `asset`, moving parts of live photos among them.
    pub assets: i64,
    /// The media location: the paths of all rows are below.
    pub root: PathBuf,
    /// A library that is there already gets more; otherwise it is left alone.
    pub more: bool,
    /// Small files for all rows, written into the store.
    pub files: bool,
    /// Puts indexes down while rows come, which only the superuser may in a database that nobody else uses.
    pub alone: bool,
    /// Statements that write other rows before the indexes come back.
    pub and: &'static str,
}

impl Order {
    /// Rows for a database that nobody else uses, and that has none: no files, and with `and` before the indexes come back.
    #[must_use]
    pub fn alone(assets: i64, root: PathBuf, and: &'static str) -> Self {
        Self {
            assets,
            root,
            more: false,
            files: false,
            alone: true,
            and,
        }
    }

    /// Makes the library in the database with this address, as [`library`] does.
    ///
    /// # Errors
    /// When the address is none, or the database refuses.
    pub async fn fill(&self, url: &str, say: impl Fn(&str, Duration)) -> Result<()> {
        let config = DatabaseConfig::from_env(&Env::of([("DB_URL", url)]))?;
        library(&mut connect(&config).await?, self, say).await
    }
}

/// More than anybody keeps, and less than would fill a disk by mistake.
const MOST: i64 = 10_000_000;

const BEGIN: &str = include_str!("sql/begin.sql");
const UNINDEX: &str = include_str!("sql/unindex.sql");
const INDEX: &str = include_str!("sql/index.sql");
const STEPS: [(&str, &str); 5] = [
    ("people", include_str!("sql/people.sql")),
    ("what was taken", include_str!("sql/taken.sql")),
    ("assets", include_str!("sql/assets.sql")),
    ("files of assets", include_str!("sql/files.sql")),
    ("albums", include_str!("sql/albums.sql")),
];
const USAGE: &str = include_str!("sql/usage.sql");
const ANALYZE: &str = "analyze \"user\", asset, asset_exif, asset_file, asset_job_status, asset_metadata, asset_video, asset_audio, \
    album, album_user, album_asset, album_content, album_month, asset_fact, asset_count, asset_label";

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Makes the library in one transaction, and tells `say` after each step what was made and how long that took.
///
/// # Errors
/// When the schema is not that of this release, the library is not empty, or the database refuses; then nothing was written.
pub async fn library(conn: &mut AsyncPgConnection, order: &Order, say: impl Fn(&str, Duration)) -> Result<()> {
    check(conn, order).await?;
    conn.batch_execute("begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0")
        .await?;
    if let Err(error) = write(conn, order, &say).await {
        // Also where the connection is gone, nothing was written.
        let _ = conn.batch_execute("rollback").await;
        return Err(error);
    }
    let begun = Instant::now();
    conn.batch_execute("commit").await?;
    conn.batch_execute(&format!("set statement_timeout = 0; {ANALYZE}"))
        .await?;
    say("statistics for the planner", begun.elapsed());
    Ok(())
}

/// Refuses what cannot be, or what would be a surprise.
async fn check(conn: &mut AsyncPgConnection, order: &Order) -> Result<()> {
    ensure!(
        (1..=MOST).contains(&order.assets),
        "a library has between 1 and {MOST} assets"
    );
    match readiness(conn).await? {
        Readiness::Ready => {}
        Readiness::Behind => bail!("the database has no schema of this release yet: run `safelight migrate` first"),
        Readiness::Incompatible => bail!("this database needs a later release of Safelight"),
    }
    if order.alone {
        let query = "select count(*) from pg_roles where rolname = current_user and rolsuper";
        ensure!(
            count(conn, query).await? == 1,
            "--alone is for the superuser of Postgres"
        );
    }
    let there = count(conn, "select count(*) from (select from asset limit 1) asset").await?;
    ensure!(
        there == 0 || order.more,
        "the library of this database is not empty, and seeded rows cannot be told from others afterwards: name an empty \
         database, or ask for --more"
    );
    ensure!(
        !(order.alone && order.more),
        "indexes are put down in an empty library only"
    );
    Ok(())
}

async fn write(conn: &mut AsyncPgConnection, order: &Order, say: &impl Fn(&str, Duration)) -> Result<()> {
    conn.batch_execute(BEGIN).await?;
    // Nothing of an empty library can be met; in another one the ids of the new rows have to be new.
    let salt = if order.more {
        count(conn, "select (extract(epoch from now()) * 1000)::bigint as count").await?
    } else {
        0
    };
    sql_query("insert into seed (assets, root, salt, ends) values ($1, $2, $3, now())")
        .bind::<BigInt, _>(order.assets)
        .bind::<Text, _>(order.root.to_str().context("a media location that is no text")?)
        .bind::<BigInt, _>(salt)
        .execute(conn)
        .await?;
    if order.alone {
        step(conn, "indexes put down", UNINDEX, say).await?;
    }
    for (name, statements) in STEPS {
        step(conn, name, statements, say).await?;
    }
    if !order.and.is_empty() {
        step(conn, "other rows", order.and, say).await?;
    }
    if order.alone {
        step(conn, "indexes", INDEX, say).await?;
    }
    if order.files {
        let begun = Instant::now();
        let written = files::write(conn).await?;
        say(&format!("{written} files in {}", order.root.display()), begun.elapsed());
    }
    step(conn, "usage of accounts", USAGE, say).await?;
    // Where triggers were put down, nothing tells what came: whoever keeps answers or a copy begins anew.
    step(conn, "a new generation", "update feed set generation = default", say).await
}

async fn step(conn: &mut AsyncPgConnection, name: &str, statements: &str, say: &impl Fn(&str, Duration)) -> Result<()> {
    let begun = Instant::now();
    conn.batch_execute(statements).await.with_context(|| name.to_owned())?;
    say(name, begun.elapsed());
    Ok(())
}

async fn count(conn: &mut AsyncPgConnection, query: &str) -> Result<i64> {
    Ok(sql_query(query).get_result::<Count>(conn).await?.count)
}
