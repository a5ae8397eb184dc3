//! Orders for nodes, at the command line: straight to the database, so that they can be given while no gateway runs.

mod choose;
mod show;
mod slots;

use std::time::Duration;

use anyhow::{Context as _, bail};
use diesel_async::AsyncPgConnection;
use safelight_core::config::{DatabaseConfig, Env, ServiceConfig};
use safelight_core::db;
use safelight_core::fleet::{Hours, Member, OrderChange, members, order};
use safelight_core::jobs::engine::OperatorState;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::cli::{DrainOptions, FleetCommand, NodeCommand, SetOptions};
use crate::say;

/// How often a node is looked at that is being drained.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Does what `safelight fleet` was told.
pub(crate) async fn fleet(config: &DatabaseConfig, command: &FleetCommand) -> anyhow::Result<()> {
    let mut conn = db::connect(config).await?;
    match command {
        FleetCommand::List(options) => show::list(&living(&mut conn, options.all).await?, options.json),
        FleetCommand::Show(options) => {
            let found = choose::named(all_members(&mut conn).await?, &options.node)?;
            show::details(&found, options.json)
        }
        FleetCommand::Quiet(node) => state(&mut conn, &node.node, OperatorState::Quiet).await,
        FleetCommand::Pause(node) => state(&mut conn, &node.node, OperatorState::Paused).await,
        FleetCommand::Resume(node) => state(&mut conn, &node.node, OperatorState::Active).await,
        FleetCommand::Drain(options) => drain(&mut conn, options).await,
        FleetCommand::Set(options) => set(&mut conn, options).await,
    }
}

/// Does what `safelight node` was told: the same for the workers of this machine.
pub(crate) async fn node(config: &DatabaseConfig, env: &Env, command: &NodeCommand) -> anyhow::Result<()> {
    let host = ServiceConfig::node_name_of(env)?;
    let wanted = match command {
        NodeCommand::Quiet => OperatorState::Quiet,
        NodeCommand::Resume => OperatorState::Active,
    };
    state(&mut db::connect(config).await?, &host, wanted).await
}

async fn all_members(conn: &mut AsyncPgConnection) -> anyhow::Result<Vec<Member>> {
    let lease = ServiceConfig::lease_of(&Env::process())?;
    Ok(members(conn, None, lease).await?)
}

async fn living(conn: &mut AsyncPgConnection, all: bool) -> anyhow::Result<Vec<Member>> {
    let mut found = all_members(conn).await?;
    found.retain(|member| all || member.state != "gone");
    Ok(found)
}

/// The workers that go by this name. A gateway takes no jobs, so there is nothing to order of it.
async fn workers(conn: &mut AsyncPgConnection, name: &str) -> anyhow::Result<Vec<Member>> {
    let mut found = choose::named(all_members(conn).await?, name)?;
    found.retain(|member| member.service != "api-gateway");
    if found.is_empty() {
        bail!("{name} is a gateway: it takes no jobs");
    }
    Ok(found)
}

async fn change(conn: &mut AsyncPgConnection, found: &[Member], change: &OrderChange) -> anyhow::Result<()> {
    let boots: Vec<Uuid> = found.iter().map(|member| member.boot).collect();
    order(conn, &boots, change)
        .await
        .context("the orders could not be written")
}

async fn state(conn: &mut AsyncPgConnection, name: &str, state: OperatorState) -> anyhow::Result<()> {
    let found = workers(conn, name).await?;
    let wanted = OrderChange {
        state: Some(state),
        ..OrderChange::default()
    };
    change(conn, &found, &wanted).await?;
    for name in choose::names(&found) {
        say::note(&format!("{name} is to be {}", state.as_str()));
    }
    Ok(())
}

async fn set(conn: &mut AsyncPgConnection, options: &SetOptions) -> anyhow::Result<()> {
    let mut wanted = OrderChange::default();
    for assignment in &options.assignments {
        let (name, value) = assignment
            .split_once('=')
            .with_context(|| format!("{assignment:?} is not like thumbnails=4 or hours=22:00-07:00"))?;
        if name == "hours" {
            wanted.hours = Some(hours(value)?);
        } else {
            wanted.slots.insert(slots::queue(name)?, slots::number(value)?);
        }
    }
    let found = workers(conn, &options.node).await?;
    change(conn, &found, &wanted).await?;
    for name in choose::names(&found) {
        say::note(&format!("{name}: {}", options.assignments.join(" ")));
    }
    Ok(())
}

fn hours(value: &str) -> anyhow::Result<Option<Hours>> {
    if value == "always" {
        return Ok(None);
    }
    value.parse().map(Some).with_context(|| format!("hours={value}"))
}

/// Makes nodes quiet and waits until nothing runs there.
async fn drain(conn: &mut AsyncPgConnection, options: &DrainOptions) -> anyhow::Result<()> {
    state(conn, &options.node, OperatorState::Quiet).await?;
    let until = Instant::now() + Duration::from_secs(options.timeout);
    loop {
        let mut busy = workers(conn, &options.node).await?;
        // What is gone has nothing that runs; what has not heard of the order yet may still claim.
        busy.retain(|member| member.state != "gone" && (member.running > 0 || member.state == "active"));
        if busy.is_empty() {
            say::note("nothing runs there any more");
            return Ok(());
        }
        if Instant::now() > until {
            let running: i32 = busy.iter().map(|member| member.running).sum();
            bail!(
                "{running} jobs still run there after {} s; the node stays quiet (`safelight fleet pause` hands them back)",
                options.timeout
            );
        }
        sleep(LOOK_EVERY).await;
    }
}
