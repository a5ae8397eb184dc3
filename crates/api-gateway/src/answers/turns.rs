//! Of those who need the same answer anew, one makes it while the others wait.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

type Waiting = Arc<Mutex<HashMap<String, Arc<AsyncMutex<()>>>>>;

/// Who is at work, by the name of the answer.
#[derive(Clone, Default)]
pub(super) struct Turns {
    waiting: Waiting,
}

/// The right to make an answer, until it is dropped.
pub(super) struct Turn {
    waiting: Waiting,
    name: String,
    held: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Waits for one's turn.
    pub(super) async fn of(&self, name: &str) -> Turn {
        let line = {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(waiting.entry(name.to_owned()).or_default())
        };
        // Made before the wait, so that who goes away while waiting tidies up as well.
        let mut turn = Turn {
            waiting: Arc::clone(&self.waiting),
            name: name.to_owned(),
            held: None,
        };
        turn.held = Some(line.lock_owned().await);
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.held = None;
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        // Only the map has it: nobody waits.
        if waiting.get(&self.name).is_some_and(|line| Arc::strong_count(line) == 1) {
            waiting.remove(&self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_after_the_other_and_nothing_is_left() {
        let turns = Turns::default();
        let first = turns.of("a").await;
        let other = turns.of("b").await;
        let mut second = Box::pin(turns.of("a"));
        assert!(futures_util::poll!(&mut second).is_pending());
        drop(first);
        drop(second.await);
        let mut gone = Box::pin(turns.of("b"));
        assert!(futures_util::poll!(&mut gone).is_pending());
        drop(gone);
        drop(other);
        assert!(turns.waiting.lock().unwrap().is_empty());
    }
}
