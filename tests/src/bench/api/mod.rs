//! What people ask most of a large library, of a gateway that keeps answers and of one that does not, in one run: nobody
//! changes anything, photos come in, and the machine has other work.

mod stage;
mod uploads;

use std::sync::Arc;

use anyhow::{Context, Result};

use self::stage::{ASSETS, Busy, Incoming, Stage, UPLOADS, VIEW};
use super::Table;
use super::bytes::{self, Nginx};
use super::load::{Timing, spread};
use super::usage::{Peak, megabytes};
use crate::client::Client;
use crate::servers::subfolder;
use crate::system::Kind;

const LANES: usize = 16;
/// How often the gateway that keeps answers is asked, and the other.
const REQUESTS: usize = 20_000;
const PLAIN: usize = 64;
/// Photos of the large month.
const LARGE_MONTH: i32 = 10_000;

impl Stage {
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

/// The parts.
pub const PARTS: &[&str] = &["answers", "uploads"];

/// Runs one of [`PARTS`].
///
/// # Errors
/// When there is no such part, or something it needs does not run.
pub async fn run(part: &str) -> Result<Table> {
    match part {
        "answers" => answers().await,
        "uploads" => uploads::run().await,
        other => anyhow::bail!("no part is called {other}; there are {}", PARTS.join(", ")),
    }
}

async fn answers() -> Result<Table> {
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
                    let touch = "update asset set updated_at = now() where local_date_time = '1999-05-02' \
                        and owner_id = (select id from \"user\" where email = 'person-9@seed.example')";
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
