//! Keeps processes running, as an init system does, and notes those that end by themselves.

use std::os::unix::process::ExitStatusExt as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::stage::Stage;

/// How often all processes are looked at.
const LOOK: Duration = Duration::from_millis(200);
/// A process that ends in this time after its start has not found what it needs to start.
const STARTING: Duration = Duration::from_secs(40);

/// Processes that ended without being told to.
#[derive(Debug, Default)]
pub(super) struct Endings {
    /// How often one ended while it was starting, with an error: what it needs was away.
    pub(super) while_starting: usize,
    /// Any other end.
    pub(super) unexpected: Vec<String>,
}

/// The task that looks after the processes.
pub(super) struct Supervisor {
    stop: watch::Sender<bool>,
    task: JoinHandle<Endings>,
}

impl Supervisor {
    /// Begins.
    pub(super) fn start(stage: Arc<Stage>) -> Self {
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let mut endings = Endings::default();
            let mut ticks = tokio::time::interval(LOOK);
            loop {
                tokio::select! {
                    _ = ticks.tick() => look(&stage, &mut endings),
                    _ = stopped.wait_for(|stopped| *stopped) => return endings,
                }
            }
        });
        Self { stop, task }
    }

    /// Ends, and tells what it saw.
    pub(super) async fn stop(self) -> Endings {
        self.stop.send_replace(true);
        self.task.await.unwrap_or_else(|error| Endings {
            while_starting: 0,
            unexpected: vec![format!("the supervisor itself: {error}")],
        })
    }
}

fn look(stage: &Stage, endings: &mut Endings) {
    for post in stage.posts().filter(|post| !post.is_held()) {
        let Ok(Some(status)) = post.service.exit_status() else {
            continue;
        };
        // A fault may have taken it in hand in between.
        if post.is_held() {
            continue;
        }
        if post.age() < STARTING && status.signal().is_none() {
            endings.while_starting += 1;
        } else {
            let name = post.service.kind().binary();
            endings
                .unexpected
                .push(format!("{name} ended by itself: {status}\n{}", post.service.log_tail()));
        }
        if let Err(error) = post.revive() {
            endings.unexpected.push(format!("{error:#}"));
        }
    }
}
