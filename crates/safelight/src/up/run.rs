//! The launcher itself: starts everything in order, waits, stops everything in the opposite order.

use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use safelight_core::config::{DatabaseConfig, Env, MediaConfig, RedisConfig};
use safelight_core::db;
use safelight_core::media::LocalStore;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use super::board::Board;
use super::layout::Layout;
use super::lock;
use super::program::Program;
use super::services::{self, GATEWAY, Plan};
use super::state::State;
use super::supervisor::Supervisor;
use super::{postgres, redis};
use crate::{migrate, say};

/// How long a private server may take to answer, recovery after a power cut included.
const SERVER_PATIENCE: Duration = Duration::from_secs(120);

/// After this time a person is told who is late.
const SERVICE_PATIENCE: Duration = Duration::from_secs(60);

/// How long the port may still belong to services of ours that are about to end.
const PORT_PATIENCE: Duration = Duration::from_secs(10);

/// Runs until it is told to stop.
pub(super) async fn run(env: &Env, without: &[String]) -> anyhow::Result<()> {
    let layout = Layout::of(env)?;
    let plan = Plan::of(env, &layout, without)?;
    layout.make()?;
    let Some(_lock) = lock::try_lock(&layout.run())? else {
        let url = State::read(&layout.run()).map(|state| state.url).unwrap_or_default();
        bail!(
            "Safelight already runs for {} ({url}); `safelight down` stops it",
            layout.data.display()
        );
    };
    wait_for_port(&plan).await?;
    services::make_media(env, &layout.media())?;
    let state = State {
        launcher: std::process::id(),
        url: plan.url(),
        sockets: layout.sockets.clone(),
        ..State::default()
    };
    let mut all = All {
        board: Board::new(layout.run(), state),
        running: Vec::new(),
    };
    let outcome = tokio::select! {
        outcome = all.start_and_stay(env, &layout, &plan) => outcome,
        name = told_to_stop() => name.map(|name| say::note(&format!("{name}: stopping everything."))),
    };
    all.stop().await;
    // Only sockets and their folders were in it.
    let _ = std::fs::remove_dir_all(&layout.sockets);
    outcome
}

/// Everything that was started, in the order of its start.
struct All {
    board: Board,
    running: Vec<(&'static str, Supervisor)>,
}

impl All {
    /// Starts everything; returns only with an error.
    async fn start_and_stay(&mut self, env: &Env, layout: &Layout, plan: &Plan) -> anyhow::Result<()> {
        if !DatabaseConfig::is_given(env)? {
            self.start_server(postgres::prepare(env, layout).await?).await?;
            postgres::make_database(layout).await?;
        }
        if !RedisConfig::is_given(env)? {
            self.start_server(redis::prepare(env, layout)?).await?;
        }
        let seen = plan.env(env);
        let database = DatabaseConfig::from_env(&seen)?;
        let report = migrate::migrate(&database).await?;
        say::note(&report.to_string());
        // Foreign or missing media folders are told here, once, and not by every service.
        LocalStore::open(&MediaConfig::from_env(&seen)?, &mut db::connect(&database).await?).await?;
        for name in &plan.names {
            self.start(plan.program(name)?);
        }
        while let Err(late) = self.board.ready(&plan.names, SERVICE_PATIENCE).await {
            say::note(&format!("Still waiting for {}.", late.join(", ")));
        }
        self.board.is_up();
        say::result(&format!("Safelight is ready at {}", plan.url()));
        std::future::pending().await
    }

    fn start(&mut self, program: Program) {
        let name = program.name;
        self.running
            .push((name, Supervisor::start(program, self.board.clone())));
    }

    async fn start_server(&mut self, program: Program) -> anyhow::Result<()> {
        let name = program.name;
        self.start(program);
        let ready = self.board.ready(&[name], SERVER_PATIENCE).await;
        ready.map_err(|late| anyhow::anyhow!("{} did not start; its log is above", late.join(", ")))
    }

    /// The gateway first, so that nobody is answered by halves; then the workers together; then Redis; Postgres last.
    async fn stop(&mut self) {
        let mut running = std::mem::take(&mut self.running);
        for group in [&[GATEWAY][..], &services::WORKERS, &[redis::NAME], &[postgres::NAME]] {
            let (now, later) = running.into_iter().partition(|(name, _)| group.contains(name));
            running = later;
            let stops: Vec<_> = now
                .into_iter()
                .map(|(_, supervisor)| tokio::spawn(supervisor.stop()))
                .collect();
            for stop in stops {
                let _ = stop.await;
            }
        }
    }
}

async fn wait_for_port(plan: &Plan) -> anyhow::Result<()> {
    let begun = Instant::now();
    while plan.names.contains(&GATEWAY) && services::is_taken(plan.gateway) {
        if begun.elapsed() > PORT_PATIENCE {
            bail!(
                "port {} is in use by another program: set IMMICH_PORT to a free one",
                plan.gateway.port()
            );
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// Waits for a signal that ends the launcher, and names it.
async fn told_to_stop() -> anyhow::Result<&'static str> {
    let listen = |kind| signal(kind).context("cannot listen for signals");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    Ok(tokio::select! {
        _ = interrupt.recv() => "Interrupted",
        _ = terminate.recv() => "Told to end",
        _ = hang_up.recv() => "The terminal is gone",
    })
}
