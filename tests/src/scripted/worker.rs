use std::time::Duration;

use anyhow::Result;
use diesel_async::AsyncPgConnection;
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, JobKind, NewJob};
use safelight_core::service::Service;
use uuid::Uuid;

use super::kind::{Errand, Order, Script, Then};

struct Obey;

impl<K: JobKind<Payload = Order>> Handler<K> for Obey {
    async fn handle(&self, job: &Job<K>) -> Result<Completion, JobError> {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(job.payload.wait_ms)) => {}
            () = job.cancel.cancelled() => return Err(JobError::Cancelled),
        }
        match job.payload.then {
            Then::Succeed => Ok(Completion::empty()),
            Then::Follow => Ok(Completion::new(OneMore)),
            Then::Die => {
                rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL)
                    .map_err(|error| JobError::retry(error.to_string()))?;
                std::future::pending().await
            }
            Then::Hang => {
                let deaf = tokio::task::spawn_blocking(|| {
                    loop {
                        std::thread::park();
                    }
                });
                deaf.await.map_err(|error| JobError::retry(error.to_string()))
            }
            Then::Ill => Err(JobError::ill("this node has a cold")),
        }
    }
}

struct OneMore;

impl Complete for OneMore {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let errand = NewJob::<Errand>::keyed(Order::default(), Uuid::new_v4().to_string());
        follow.enqueue(conn, errand).await
    }
}

/// Works until it is told to stop.
///
/// # Errors
/// When it cannot start.
pub async fn work() -> Result<()> {
    let service = Service::start_worker("scripted-worker").await?;
    let worker = service.worker().handler::<Script>(Obey).handler::<Errand>(Obey);
    worker.run().await?;
    Ok(())
}
