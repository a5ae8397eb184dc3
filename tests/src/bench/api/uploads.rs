//! What it costs uploads that every change is told: the same with and without the triggers that tell it, in turn.

use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result};

use super::super::Table;
use super::super::load::spread;
use super::super::pictures::{copy_of, photo};
use super::super::usage::{count, cpu_of, cpu_seconds};
use crate::client::NewUpload;
use crate::system::{Kind, TestSystem, descendants};

const FILES: usize = 200;
const LANES: usize = 4;
const ROUNDS: usize = 10;

/// Each photo has a name of its own.
static NAMES: AtomicUsize = AtomicUsize::new(0);

/// Switches the triggers of the feed and of its log on or off.
fn switch(is_on: bool) -> String {
    let word = if is_on { "enable" } else { "disable" };
    format!(
        "do $$ declare its record; begin \
            for its in select tgrelid::regclass as held_by, tgname as name from pg_trigger \
                where not tgisinternal and (tgname like 'feed%' or tgname like '%touched%') loop \
                execute format('alter table %s {word} trigger %I', its.held_by, its.name); \
            end loop; end $$"
    )
}

/// Processor time of the server and of all its sessions, in seconds.
async fn server_cpu(system: &TestSystem) -> Result<f64> {
    let server = system.postgres().pid().await.context("the server does not run")?;
    let below = descendants(server)
        .into_iter()
        .filter_map(|seen| cpu_seconds(seen.pid).ok());
    Ok(cpu_seconds(server)? + below.sum::<f64>())
}

/// What one way came to.
#[derive(Default)]
struct Sum {
    rates: Vec<f64>,
    gateway: f64,
    server: f64,
}

impl Sum {
    fn median(&mut self) -> f64 {
        self.rates.sort_by(f64::total_cmp);
        self.rates.get(self.rates.len() / 2).copied().unwrap_or_default()
    }

    fn text(&mut self) -> String {
        let files = count(FILES * self.rates.len());
        let (gateway, server) = (self.gateway * 1e3 / files, self.server * 1e3 / files);
        format!(
            "{:.0} files/s, {gateway:.1} CPU-ms of the gateway and {server:.2} of Postgres each",
            self.median()
        )
    }
}

/// Runs it.
///
/// # Errors
/// When something it needs does not run.
pub(super) async fn run() -> Result<Table> {
    let system = TestSystem::builder().durable().start().await?;
    let admin = system.client().sign_up_admin().await?;
    let sql = system.sql().await?;
    let gateway = system.service(Kind::ApiGateway, 0)?;
    let model = photo(4000, 3000)?;
    let size = copy_of(&model)?.len();
    let mut sums = [Sum::default(), Sum::default()];
    for round in 0..ROUNDS {
        let is_on = round % 2 == 0;
        sql.batch_execute(&switch(is_on)).await?;
        let before = (cpu_of(&gateway)?, server_cpu(&system).await?);
        let (admin, model) = (admin.clone(), model.clone());
        let timing = spread(FILES, LANES, move |_| {
            let (admin, model) = (admin.clone(), model.clone());
            async move {
                let name = format!("{}.jpg", NAMES.fetch_add(1, Ordering::Relaxed));
                admin.upload(&NewUpload::new(&name, copy_of(&model)?)).await?;
                Ok(())
            }
        })
        .await?;
        let [on, off] = &mut sums;
        let sum = if is_on { on } else { off };
        sum.rates.push(timing.rate());
        sum.gateway += cpu_of(&gateway)? - before.0;
        sum.server += server_cpu(&system).await? - before.1;
    }
    let title = format!(
        "Uploads: {FILES} photos of {:.1} MB, {LANES} at a time, {ROUNDS} rounds in turn",
        count(size) / 1e6
    );
    let mut table = Table::with_columns(&title, &["triggers", "median of the rounds"]);
    let [on, off] = &mut sums;
    table.cells(["as they are".to_owned(), on.text()]);
    table.cells(["switched off".to_owned(), off.text()]);
    table.cells([
        "ratio (goal >= 0.95)".to_owned(),
        format!("{:.3}", on.median() / off.median()),
    ]);
    Ok(table)
}
