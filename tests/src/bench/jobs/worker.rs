//! The worker process of the benchmark: a service like the others, with one kind of job.

use std::os::unix::net::UnixDatagram;

use anyhow::{Context, Result};
use safelight_core::jobs::{Completion, Handler, Job, JobError};
use safelight_core::service::Service;

use super::clock;
use super::kind::BenchJob;

/// The variable with the socket that hears of jobs which tell.
pub(super) const TELL: &str = "SAFELIGHT_BENCH_TELL";

struct Bench {
    told: Option<UnixDatagram>,
}

impl Handler<BenchJob> for Bench {
    async fn handle(&self, job: &Job<BenchJob>) -> Result<Completion, JobError> {
        if job.payload.tell
            && let Some(told) = &self.told
        {
            let line = format!("{} {} {}", job.id, clock::now().as_nanos(), std::process::id());
            told.send(line.as_bytes())
                .map_err(|error| JobError::retry(error.to_string()))?;
        }
        if !job.payload.sleep.is_zero() {
            tokio::select! {
                () = tokio::time::sleep(job.payload.sleep) => {}
                () = job.cancel.cancelled() => return Err(JobError::Cancelled),
            }
        }
        Ok(Completion::empty())
    }
}

/// Works until it is told to stop.
///
/// # Errors
/// When it cannot start.
pub async fn work() -> Result<()> {
    let told = match std::env::var_os(TELL) {
        Some(path) => {
            let socket = UnixDatagram::unbound()?;
            socket.connect(&path).context("the socket of the benchmark")?;
            Some(socket)
        }
        None => None,
    };
    let service = Service::start_worker("bench-worker").await?;
    service.worker().handler::<BenchJob>(Bench { told }).run().await?;
    Ok(())
}
