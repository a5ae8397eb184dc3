//! A hundred workers at rest and twenty at work on the hundred connections that Postgres has by default.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use tokio_postgres::Client;

use super::super::Table;
use super::super::usage::{count, cpu_of, cpu_seconds, float};
use crate::scripted::LOST;
use crate::system::{Kind, Place, Service, TestSystem, descendants};
use crate::wait::wait_until_for;

const CONNECTIONS: u32 = 100;
const IDLE: usize = 100;
const BUSY: usize = 20;
/// Jobs, and how long each waits, in milliseconds.
const JOBS: i64 = 6_000;
const WAIT_MS: u32 = 100;
/// From the start of the last one to the look at the fleet at rest.
const SETTLE: Duration = Duration::from_secs(10);
/// How long the fleet is watched at rest.
const WINDOW: Duration = Duration::from_secs(30);
/// Between two looks at the connections.
const LOOK: Duration = Duration::from_millis(250);
const PATIENCE: Duration = Duration::from_secs(600);

/// What one phase cost.
struct Phase {
    seconds: f64,
    connections: Vec<i64>,
    workers: f64,
    postgres: f64,
    claims: f64,
}

pub(super) async fn run() -> Result<Table> {
    let builder = TestSystem::builder().connections(CONNECTIONS).own_redis();
    let system = builder.env("IMMICH_LOG_LEVEL", "log").start().await?;
    let sql = system.sql().await?;
    sql.batch_execute(LOST).await?;
    let begun = Instant::now();
    let idle = fleet(&system, "idle", IDLE, &sql).await?;
    let busy = fleet(&system, "busy", BUSY, &sql).await?;
    let (services, started) = ([idle, busy].concat(), begun.elapsed());
    let stage = Stage { system, sql, services };

    tokio::time::sleep(SETTLE).await;
    let rest = stage.watch(async || tokio::time::sleep(WINDOW).await).await?;
    stage.put().await?;
    let work = stage
        .watch(async || {
            let done = wait_until_for(PATIENCE, "all is done", || async {
                Ok(stage.number("select count(*) from job").await? == 0)
            });
            drop(done.await);
        })
        .await?;
    let lost = stage.number("select count(*) from lost").await?;
    let parked = stage.number("select count(*) from job").await?;

    let mut table = Table::with_goals(&format!(
        "{IDLE} processes at rest, {BUSY} at work and a gateway on max_connections={CONNECTIONS}"
    ));
    table.row("all are ready after", format!("{:.1} s", started.as_secs_f64()));
    stage.tell(&mut table, "at rest", &rest)?;
    stage.tell(&mut table, "at work", &work)?;
    table.row(
        &format!("{JOBS} jobs of {WAIT_MS} ms"),
        format!("{:.0} jobs/s", count(usize::try_from(JOBS)?) / work.seconds),
    );
    table.against("jobs lost, failed or left", (lost + parked).to_string(), "0");
    let refused = stage.services.iter();
    let refused = refused.filter(|service| service.log().contains("has no connection left"));
    table.row(
        "processes that had to wait for a connection",
        refused.count().to_string(),
    );
    Ok(table)
}

/// Starts so many workers; those at rest have no slots.
async fn fleet(system: &TestSystem, name: &str, number: usize, sql: &Client) -> Result<Vec<Arc<Service>>> {
    let mut launched = Vec::new();
    for index in 0..number {
        let host = format!("{name}-{index}");
        if name == "idle" {
            let order = "insert into node_order (host, service, slots) values ($1, 'scripted-worker', $2::text::jsonb)";
            sql.execute(order, &[&host, &r#"{"migration": 0, "workflow": 0}"#])
                .await?;
        }
        let env = [("SAFELIGHT_NODE_NAME", host.as_str())];
        launched.push(system.launch(Kind::ScriptedWorker, &env, &Place::default())?);
    }
    try_join_all(launched.iter().map(|service| service.ready())).await?;
    Ok(launched)
}

struct Stage {
    system: TestSystem,
    sql: Client,
    services: Vec<Arc<Service>>,
}

impl Stage {
    /// Orders the work in one statement.
    async fn put(&self) -> Result<()> {
        let payload = format!(r#"{{"wait_ms": {WAIT_MS}, "then": "succeed"}}"#);
        let jobs = "insert into job (id, queue, kind, dedup_key, payload, payload_version, class)
            select uuid_v7(), 'migration', 'TestScript', gen_random_uuid()::text, $1::text::jsonb, 1, 1
            from generate_series(1, $2::bigint)";
        self.sql.execute(jobs, &[&payload, &JOBS]).await?;
        Ok(())
    }

    async fn number(&self, statement: &str) -> Result<i64> {
        Ok(self.sql.query_one(statement, &[]).await?.get(0))
    }

    /// Looks at connections while something goes on, and at what it has cost.
    async fn watch(&self, mut what: impl AsyncFnMut()) -> Result<Phase> {
        let held = "select count(*) from pg_stat_activity where application_name like 'safelight%'";
        let (mut connections, begun) = (Vec::new(), Instant::now());
        let before = self.cost().await?;
        let mut ended = std::pin::pin!(what());
        loop {
            tokio::select! {
                () = &mut ended => break,
                () = tokio::time::sleep(LOOK) => connections.push(self.number(held).await?),
            }
        }
        let seconds = begun.elapsed().as_secs_f64();
        let after = self.cost().await?;
        let [workers, postgres, claims] = [0, 1, 2].map(|part| after.get(part).zip(before.get(part)));
        let since = |pair: Option<(&f64, &f64)>| pair.map_or(0.0, |(after, before)| after - before);
        Ok(Phase {
            seconds,
            connections,
            workers: since(workers),
            postgres: since(postgres),
            claims: since(claims),
        })
    }

    /// Processor time of the workers and of Postgres in seconds, and statements that looked for work, until now.
    async fn cost(&self) -> Result<Vec<f64>> {
        let (mut workers, mut claims) = (0.0, 0.0);
        for service in &self.services {
            workers += cpu_of(service)?;
            let metrics = reqwest::get(format!("{}/metrics", service.health_url())).await?;
            let metrics = metrics.text().await?;
            let line = metrics
                .lines()
                .find_map(|line| line.strip_prefix("safelight_claims_total "));
            claims += line.context("a counter of claims")?.trim().parse::<f64>()?;
        }
        let server = self.system.postgres().pid().await.context("Postgres does not run")?;
        // Processes that have ended are in the time of their parent.
        let below = descendants(server).into_iter();
        let below: f64 = below.filter_map(|process| cpu_seconds(process.pid).ok()).sum();
        Ok(vec![workers, cpu_seconds(server)? + below, claims])
    }

    fn tell(&self, table: &mut Table, when: &str, phase: &Phase) -> Result<()> {
        let most = phase.connections.iter().max().copied().unwrap_or_default();
        let sum: i64 = phase.connections.iter().sum();
        let mean = float(u64::try_from(sum)?) / count(phase.connections.len().max(1));
        table.against(
            &format!("connections {when}"),
            format!("{mean:.0} on average, {most} at most"),
            format!("at most {CONNECTIONS}"),
        );
        table.row(
            &format!("claims {when}"),
            format!("{:.1}/s", phase.claims / phase.seconds),
        );
        let milliseconds = |seconds: f64| 1_000.0 * seconds / phase.seconds;
        table.row(
            &format!("processor time {when}"),
            format!(
                "{:.1} ms/s of each worker, {:.0} ms/s of Postgres",
                milliseconds(phase.workers) / count(self.services.len()),
                milliseconds(phase.postgres)
            ),
        );
        Ok(())
    }
}
