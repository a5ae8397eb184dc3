//! The same photos by one, two and four thumbnail workers, each with the same small share of the processors: what a photo
//! costs must not grow with the fleet.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::super::Table;
use super::super::pictures::{copy_of, photo};
use super::super::usage::count;
use super::cpu_group::CpuGroup;
use crate::client::{Client, NewUpload};
use crate::system::{Kind, Service, TestSystem};
use crate::wait::wait_until_for;

/// Photos of one measurement.
const PHOTOS: usize = 80;
/// Photos for each worker before it: connections, plans and memory are there when the clock starts.
const WARM_UP: usize = 8;
/// What each worker gets of one processor: four of them leave the rest of two to Postgres, Redis and the measurement.
const PERCENT: u32 = 30;
/// How many workers, in this order: there and back, so that a machine that gets slower meanwhile slows all of them.
const ROUNDS: [usize; 6] = [1, 2, 4, 4, 2, 1];
const PATIENCE: Duration = Duration::from_secs(1_200);

/// What was measured with one number of workers.
#[derive(Default, Clone, Copy)]
struct Sum {
    photos: f64,
    cpu: f64,
    wall: f64,
}

impl Sum {
    fn photos_per_cpu_second(self) -> f64 {
        self.photos / self.cpu
    }
}

pub(super) async fn run() -> Result<Table> {
    let mut table = Table::with_goals(&format!(
        "Thumbnail workers: {PHOTOS} photos of 12 MP, twice, each worker with {:.1} of a processor",
        f64::from(PERCENT) / 100.0
    ));
    if let Err(reason) = CpuGroup::new("trial", PERCENT) {
        table.row("skipped", format!("{reason:#}"));
        return Ok(table);
    }
    let stage = Stage::set().await?;
    let mut sums = [(1, Sum::default()), (2, Sum::default()), (4, Sum::default())];
    for workers in ROUNDS {
        let round = stage.round(workers).await?;
        for (_, sum) in sums.iter_mut().filter(|(number, _)| *number == workers) {
            sum.photos += round.photos;
            sum.cpu += round.cpu;
            sum.wall += round.wall;
        }
    }
    let [(_, alone), ..] = sums;
    for (workers, sum) in sums {
        let (each, ratio) = (
            sum.photos_per_cpu_second(),
            sum.photos_per_cpu_second() / alone.photos_per_cpu_second(),
        );
        let figure = format!("{each:.3} photos per CPU-second, {:.2} photos/s", sum.photos / sum.wall);
        let goal = if workers == 1 {
            String::new()
        } else {
            format!("ratio {ratio:.3} to one worker; at least 0.95")
        };
        table.against(&format!("{workers} worker(s)"), figure, goal);
    }
    Ok(table)
}

/// A library whose photos all have their pictures.
struct Stage {
    system: TestSystem,
    admin: Client,
    assets: Vec<String>,
}

impl Stage {
    async fn set() -> Result<Self> {
        let builder = TestSystem::builder().durable().own_redis().photo_workers();
        let system = builder.env("IMMICH_LOG_LEVEL", "log").start().await?;
        let admin = system.client().sign_up_admin().await?;
        let (model, mut assets) = (photo(4000, 3000)?, Vec::new());
        for index in 0..PHOTOS {
            let upload = NewUpload::new(&format!("{index}.jpg"), copy_of(&model)?);
            assets.push(admin.upload(&upload).await?.id);
        }
        system.queues_idle(&admin, PATIENCE).await?;
        system.service(Kind::ThumbnailWorker, 0)?.terminate().await?;
        Ok(Self { system, admin, assets })
    }

    /// Makes the pictures of all photos anew, once.
    async fn round(&self, workers: usize) -> Result<Sum> {
        let (mut groups, mut services) = (Vec::new(), Vec::new());
        for number in 0..workers {
            let group = CpuGroup::new(&number.to_string(), PERCENT)?;
            let service = self.system.start(Kind::ThumbnailWorker).await?;
            group.add(service.pid().context("the worker does not run")?)?;
            services.push(service);
            groups.push(group);
        }
        let warm_up = self.assets.iter().take(WARM_UP * workers);
        self.make_anew(&warm_up.collect::<Vec<_>>()).await?;
        let (before, begun) = (seconds(&groups)?, Instant::now());
        self.make_anew(&self.assets.iter().collect::<Vec<_>>()).await?;
        let sum = Sum {
            photos: count(self.assets.len()),
            cpu: seconds(&groups)? - before,
            wall: begun.elapsed().as_secs_f64(),
        };
        end(&services).await?;
        Ok(sum)
    }

    /// Orders the pictures of some photos while the queue is held, then lets it go until they are made.
    async fn make_anew(&self, assets: &[&String]) -> Result<()> {
        self.command("pause").await?;
        let order = json!({"assetIds": assets, "name": "regenerate-thumbnail"});
        self.admin.post("/api/assets/jobs", &order).await?.ok()?;
        self.command("resume").await?;
        wait_until_for(PATIENCE, "the pictures are made", || async {
            let jobs = self.admin.get("/api/jobs").await?.ok()?.json()?;
            let open = |state: &str| {
                let pointer = format!("/thumbnailGeneration/jobCounts/{state}");
                jobs.pointer(&pointer).and_then(Value::as_u64).unwrap_or_default()
            };
            Ok(["waiting", "delayed", "active"].map(open).iter().sum::<u64>() == 0)
        })
        .await
    }

    async fn command(&self, word: &str) -> Result<()> {
        let body = json!({"command": word, "force": false});
        self.admin.put("/api/jobs/thumbnailGeneration", &body).await?.ok()?;
        Ok(())
    }
}

async fn end(services: &[Arc<Service>]) -> Result<()> {
    for service in services {
        service.terminate().await?;
    }
    Ok(())
}

/// Processor time of all groups.
fn seconds(groups: &[CpuGroup]) -> Result<f64> {
    groups.iter().map(CpuGroup::seconds).sum()
}
