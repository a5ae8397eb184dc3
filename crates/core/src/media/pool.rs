use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Illness, MediaError};

type Task = Box<dyn FnOnce() + Send>;

/// A few threads for file work of one kind. A thread that hangs in a dead mount is lost until the mount answers; callers get
/// [`Illness::Stalled`] at their deadline, and nobody else's work waits on the runtime for it.
#[derive(Clone)]
pub(super) struct FilePool {
    tasks: Sender<Task>,
}

impl FilePool {
    /// Starts `threads` threads called after what they do; they end when the last clone of the pool is dropped.
    pub(super) fn start(work: &str, threads: usize) -> Result<Self, std::io::Error> {
        let (tasks, queue) = channel::<Task>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..threads.max(1) {
            let queue = Arc::clone(&queue);
            thread::Builder::new()
                .name(format!("{work}-{number}"))
                .stack_size(256 << 10)
                .spawn(move || serve(&queue))?;
        }
        Ok(Self { tasks })
    }

    /// Runs `work` on a thread of the pool and waits at most `deadline` for it. Work that has not begun by then never
    /// begins; work that has goes on to its end, unheard.
    pub(super) async fn run<T, F>(&self, deadline: Duration, path: &Path, work: F) -> Result<T, MediaError>
    where
        T: Send + 'static,
        F: FnOnce() -> Result<T, MediaError> + Send + 'static,
    {
        let (answer, result) = oneshot::channel();
        self.spawn(move || {
            if !answer.is_closed() {
                // A caller that went away in the meantime needs no answer.
                let _gone = answer.send(work());
            }
        });
        match tokio::time::timeout(deadline, result).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(MediaError::ill(
                Illness::Io,
                format!("{}: file work was interrupted", path.display()),
            )),
            Err(_) => Err(MediaError::ill(
                Illness::Stalled,
                format!("{}: no answer within {} s", path.display(), deadline.as_secs()),
            )),
        }
    }

    /// Runs `work` some time later; nobody waits for it.
    pub(super) fn spawn(&self, work: impl FnOnce() + Send + 'static) {
        if self.tasks.send(Box::new(work)).is_err() {
            tracing::error!("the threads for file work have ended");
        }
    }
}

fn serve(queue: &Mutex<Receiver<Task>>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = next else { return };
        if catch_unwind(AssertUnwindSafe(task)).is_err() {
            tracing::error!("file work panicked");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hanging_task_costs_its_caller_the_deadline_and_others_nothing() {
        let pool = FilePool::start("test", 2).unwrap();
        let (release, held) = channel::<()>();
        let path = Path::new("/mnt/x");
        let hanging = pool.run(Duration::from_millis(20), path, move || {
            held.recv().ok();
            Ok(())
        });
        let (hung, well) = tokio::join!(hanging, pool.run(Duration::from_secs(5), path, || Ok(7)));
        assert_eq!(hung.unwrap_err().illness(), Some(Illness::Stalled));
        assert_eq!(well.unwrap(), 7);
        release.send(()).ok();
    }

    #[tokio::test]
    async fn a_panic_is_answered_and_the_thread_lives_on() {
        let pool = FilePool::start("test", 1).unwrap();
        let path = Path::new("/x");
        let second = Duration::from_secs(5);
        let failed = pool.run::<(), _>(second, path, || panic!("boom")).await;
        assert!(failed.is_err());
        assert_eq!(pool.run(second, path, || Ok(1)).await.unwrap(), 1);
    }
}
