//! How many connections each caller holds.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Caller;

/// The same number of seats for each caller, given out in the order in which they were asked for.
pub(super) struct Shares {
    seats: usize,
    /// Those who hold or wait for one.
    callers: Mutex<HashMap<Caller, Arc<Semaphore>>>,
}

/// A seat, or a place in the line for one.
pub(super) struct Seat {
    shares: Arc<Shares>,
    caller: Caller,
    line: Option<Arc<Semaphore>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Shares {
    /// `seats` for each.
    pub(super) fn new(seats: usize) -> Self {
        Self {
            seats,
            callers: Mutex::default(),
        }
    }

    /// A seat of `caller`, as soon as one of theirs is free.
    pub(super) async fn seat(self: &Arc<Self>, caller: Caller) -> Seat {
        let line = {
            let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
            let line = callers
                .entry(caller)
                .or_insert_with(|| Arc::new(Semaphore::new(self.seats)));
            Arc::clone(line)
        };
        let mut seat = Seat {
            shares: Arc::clone(self),
            caller,
            line: Some(Arc::clone(&line)),
            permit: None,
        };
        // It is never closed.
        seat.permit = line.acquire_owned().await.ok();
        seat
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut callers = self.shares.callers.lock().unwrap_or_else(PoisonError::into_inner);
        drop(self.permit.take());
        drop(self.line.take());
        // Nobody but the map knows it any more.
        if callers
            .get(&self.caller)
            .is_some_and(|line| Arc::strong_count(line) == 1)
        {
            callers.remove(&self.caller);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use futures_util::FutureExt as _;

    use super::*;

    fn caller(last: u8) -> Caller {
        Caller::Network(IpAddr::from([192, 0, 2, last]).into())
    }

    #[tokio::test]
    async fn one_caller_waits_for_itself_and_others_do_not() {
        let shares = Arc::new(Shares::new(2));
        let first = shares.seat(caller(1)).await;
        let _second = shares.seat(caller(1)).await;
        assert!(shares.seat(caller(1)).now_or_never().is_none());
        assert!(shares.seat(caller(2)).now_or_never().is_some());
        drop(first);
        assert!(shares.seat(caller(1)).now_or_never().is_some());
    }

    #[tokio::test]
    async fn callers_who_hold_nothing_are_forgotten() {
        let shares = Arc::new(Shares::new(1));
        let seat = shares.seat(caller(1)).await;
        assert!(shares.seat(caller(1)).now_or_never().is_none(), "gave up waiting");
        assert_eq!(shares.callers.lock().unwrap().len(), 1);
        drop(seat);
        assert!(shares.callers.lock().unwrap().is_empty());
    }
}
