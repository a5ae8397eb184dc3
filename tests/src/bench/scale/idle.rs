//! What a fleet of twenty nodes asks of Postgres and Redis while there is nothing to do.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use deadpool_redis::redis::cmd;

use super::super::Table;
use super::super::usage::float;
use crate::servers::Redis;
use crate::system::{Kind, Place, TestSystem};

/// Beside one gateway.
const WORKERS: [(Kind, usize); 3] = [
    (Kind::MetadataWorker, 6),
    (Kind::ThumbnailWorker, 7),
    (Kind::TranscodeWorker, 6),
];
/// From the start of the last one to the count.
const SETTLE: Duration = Duration::from_secs(30);
/// How long is counted.
const WINDOW: Duration = Duration::from_secs(60);
/// How many of the most frequent statements and commands are shown.
const SHOWN: usize = 6;
/// How much of a statement is shown.
const LETTERS: usize = 60;

pub(super) async fn run() -> Result<Table> {
    let builder = TestSystem::builder().counting().own_redis();
    let system = builder.env("IMMICH_LOG_LEVEL", "log").start().await?;
    for (kind, number) in WORKERS {
        let launched: Result<Vec<_>> = (0..number)
            .map(|_| system.launch(kind, &[], &Place::default()))
            .collect();
        for service in launched? {
            service.ready().await?;
        }
    }
    let sql = system.sql().await?;
    sql.batch_execute("create extension pg_stat_statements").await?;
    tokio::time::sleep(SETTLE).await;

    let (commands, begun) = (Commands::of(system.redis()).await?, Instant::now());
    sql.batch_execute("select pg_stat_statements_reset()").await?;
    tokio::time::sleep(WINDOW).await;
    let statements = statements(&sql).await?;
    let seconds = begun.elapsed().as_secs_f64();
    let commands = Commands::of(system.redis()).await?.since(&commands);

    let per_second = |calls: u64| float(calls) / seconds;
    let postgres = per_second(statements.iter().map(|(_, calls)| calls).sum());
    let redis = per_second(commands.0.iter().map(|(_, calls)| calls).sum());
    let mut table = Table::with_goals(&format!(
        "An idle fleet: {} nodes, {:.0} s, a second of them",
        system.services().len(),
        WINDOW.as_secs_f64()
    ));
    table.against(
        "Postgres and Redis together",
        format!("{:.1} statements and commands/s", postgres + redis),
        "below 40/s",
    );
    table.row("Postgres", format!("{postgres:.1} statements/s"));
    for (text, calls) in statements.iter().take(SHOWN) {
        table.row(&format!("`{text}`"), format!("{:.2}/s", per_second(*calls)));
    }
    table.row("Redis", format!("{redis:.1} commands/s"));
    for (name, calls) in commands.0.iter().take(SHOWN) {
        table.row(&format!("`{name}`"), format!("{:.2}/s", per_second(*calls)));
    }
    Ok(table)
}

/// The statements since the counts were reset, the most frequent first, without our own.
async fn statements(sql: &tokio_postgres::Client) -> Result<Vec<(String, u64)>> {
    let rows = sql
        .query(
            "select query, sum(calls)::bigint from pg_stat_statements
             where query not like '%pg_stat_statements%' group by query order by 2 desc",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((short(row.get(0)), u64::try_from(row.get::<_, i64>(1))?)))
        .collect()
}

/// The beginning of a statement in one line, fit for a table.
fn short(statement: &str) -> String {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let line = words.join(" ").replace('|', "");
    match line.char_indices().nth(LETTERS) {
        Some((end, _)) => format!("{} ...", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// How often each command was given, the most frequent first.
struct Commands(Vec<(String, u64)>);

impl Commands {
    async fn of(redis: &Redis) -> Result<Self> {
        let mut info = cmd("INFO");
        let text: String = info
            .arg("commandstats")
            .query_async(&mut redis.connect().await?)
            .await?;
        let calls = text
            .lines()
            .filter_map(|line| line.strip_prefix("cmdstat_")?.split_once(":calls="));
        let counted = calls.map(|(name, rest)| {
            let digits = rest.split(',').next().context("a line of INFO commandstats")?;
            Ok((name.to_owned(), digits.parse()?))
        });
        Ok(Self(counted.collect::<Result<_>>()?))
    }

    /// What was given after `before`, without what it takes to ask.
    fn since(&self, before: &Self) -> Self {
        let earlier = |name: &str| {
            before
                .0
                .iter()
                .find(|(other, _)| other == name)
                .map_or(0, |(_, calls)| *calls)
        };
        let ours = ["info", "auth", "hello", "client|setinfo"];
        let later = self.0.iter().filter(|(name, _)| !ours.contains(&name.as_str()));
        let mut calls: Vec<_> = later
            .map(|(name, calls)| (name.replace('|', " "), calls.saturating_sub(earlier(name))))
            .filter(|(_, calls)| *calls > 0)
            .collect();
        calls.sort_by_key(|(_, calls)| std::cmp::Reverse(*calls));
        Self(calls)
    }
}
