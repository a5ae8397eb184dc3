//! The people of a campaign: they upload all the time, and repeat what got no answer or an error of the server.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};

use super::samples::{Sample, Samples, Sort};
use super::stage::Stage;

/// How many upload at once.
const LANES: usize = 3;
/// A person takes a breath between two files.
const BREATH: Duration = Duration::from_millis(150);
/// And before the same file is sent again.
const AGAIN: Duration = Duration::from_millis(300);
/// A client gives up waiting for an answer after this time.
const PATIENCE: Duration = Duration::from_secs(30);
/// A file that finds no taker for so long is a broken promise.
const LONGEST: Duration = Duration::from_secs(300);
/// While more jobs than these are open nobody uploads, so that the end of the campaign is near its last fault.
const MOST_OPEN: i64 = 80;

/// A file that the server said it has.
#[derive(Clone, Debug)]
pub(super) struct Acknowledged {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) sha1: String,
    pub(super) bytes: usize,
    pub(super) sort: Sort,
}

/// What the uploads came to.
#[derive(Debug, Default)]
pub(super) struct Uploads {
    pub(super) acknowledged: Vec<Acknowledged>,
    pub(super) repeated: usize,
    /// Answers that no client should get.
    pub(super) wrong: Vec<String>,
}

/// The tasks that upload.
pub(super) struct Load {
    stop: watch::Sender<bool>,
    lanes: Vec<JoinHandle<()>>,
    gauge: JoinHandle<()>,
    shared: Arc<Shared>,
}

struct Shared {
    stage: Arc<Stage>,
    samples: Samples,
    next: AtomicUsize,
    open: AtomicI64,
    uploads: Mutex<Uploads>,
}

impl Load {
    /// Begins.
    ///
    /// # Errors
    /// When the videos cannot be made.
    pub(super) async fn start(stage: Arc<Stage>) -> Result<Self> {
        let samples = tokio::task::spawn_blocking(Samples::prepare).await??;
        let shared = Arc::new(Shared {
            stage,
            samples,
            next: AtomicUsize::new(0),
            open: AtomicI64::new(0),
            uploads: Mutex::default(),
        });
        let (stop, stopped) = watch::channel(false);
        let lanes = (0..LANES).map(|_| tokio::spawn(lane(Arc::clone(&shared), stopped.clone())));
        Ok(Self {
            stop,
            lanes: lanes.collect(),
            gauge: tokio::spawn(gauge(Arc::clone(&shared))),
            shared,
        })
    }

    /// Begins nothing new, waits until what was begun is acknowledged, and tells what came of it all.
    pub(super) async fn finish(self) -> Uploads {
        self.stop.send_replace(true);
        for lane in self.lanes {
            if let Err(error) = lane.await {
                self.shared.wrong(format!("a client crashed: {error}"));
            }
        }
        self.gauge.abort();
        std::mem::take(&mut *self.shared.book())
    }
}

impl Shared {
    fn book(&self) -> std::sync::MutexGuard<'_, Uploads> {
        self.uploads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wrong(&self, what: String) {
        self.book().wrong.push(what);
    }

    /// Sends a file until the server has it.
    async fn upload(&self, sample: &Sample) {
        let begun = Instant::now();
        let file = &sample.file;
        let mut is_first = true;
        while begun.elapsed() < LONGEST {
            match timeout(PATIENCE, self.stage.admin.try_upload(file)).await {
                Ok(Ok(answer)) if matches!(answer.status, 200 | 201) => {
                    if answer.status == 200 && is_first {
                        self.wrong(format!(
                            "{} was called a duplicate the first time it was sent",
                            file.name
                        ));
                    }
                    match answer.string("/id") {
                        Ok(id) => self.book().acknowledged.push(Acknowledged {
                            id,
                            name: file.name.clone(),
                            sha1: file.sha1(),
                            bytes: file.bytes.len(),
                            sort: sample.sort,
                        }),
                        Err(error) => self.wrong(format!("{error:#}")),
                    }
                    return;
                }
                Ok(Ok(answer)) if answer.status < 500 => {
                    self.wrong(format!(
                        "{} was refused: {} {}",
                        file.name,
                        answer.status,
                        answer.text()
                    ));
                }
                Ok(Err(error)) if !has_no_answer(&error) => {
                    self.wrong(format!("{}: {error:#}", file.name));
                }
                _ => {}
            }
            is_first = false;
            self.book().repeated += 1;
            sleep(AGAIN).await;
        }
        self.wrong(format!("{} found no taker for {LONGEST:?}", file.name));
    }
}

/// Whether the connection failed, rather than what the answer says.
fn has_no_answer(error: &anyhow::Error) -> bool {
    error.chain().any(<dyn std::error::Error>::is::<reqwest::Error>)
}

async fn lane(shared: Arc<Shared>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow_and_update() {
        if shared.open.load(Ordering::Relaxed) < MOST_OPEN {
            let number = shared.next.fetch_add(1, Ordering::Relaxed);
            let sample = shared.samples.make(number);
            shared.upload(&sample).await;
        }
        let _ = timeout(BREATH, stopped.changed()).await;
    }
}

/// Counts the open jobs now and then, while Postgres answers.
async fn gauge(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(Duration::from_millis(500));
    loop {
        ticks.tick().await;
        let counted = async {
            let sql = shared.stage.system.sql().await?;
            let row = sql
                .query_one("select count(*) from job where state <> 'parked'", &[])
                .await?;
            Ok::<i64, anyhow::Error>(row.get(0))
        };
        if let Ok(Ok(open)) = timeout(Duration::from_secs(2), counted).await {
            shared.open.store(open, Ordering::Relaxed);
        }
    }
}
