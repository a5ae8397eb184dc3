//! Places of a pool: who has one may have a connection. Their number changes while the pool is in use, which that of the
//! library's pool cannot.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// All places of a pool.
#[derive(Debug)]
pub(super) struct Places {
    free: Arc<Semaphore>,
    count: Mutex<Count>,
}

#[derive(Debug)]
struct Count {
    size: usize,
    /// Places that are to go as soon as they are given back.
    owed: usize,
}

/// One place, given back with the value.
#[derive(Debug)]
pub(super) struct Place {
    places: Arc<Places>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Places {
    pub(super) fn new(size: usize) -> Arc<Self> {
        Arc::new(Self {
            free: Arc::new(Semaphore::new(size)),
            count: Mutex::new(Count { size, owed: 0 }),
        })
    }

    /// How many there are.
    pub(super) fn size(&self) -> usize {
        self.lock().size
    }

    /// How many nobody has.
    #[cfg(test)]
    pub(super) fn free(&self) -> usize {
        self.free.available_permits()
    }

    /// Waits for a place.
    pub(super) async fn take(self: &Arc<Self>) -> Place {
        Place {
            // Nobody closes it.
            permit: Arc::clone(&self.free).acquire_owned().await.ok(),
            places: Arc::clone(self),
        }
    }

    /// From now on there are so many. Those that are taken go when they are given back.
    pub(super) fn resize(&self, size: usize) {
        let mut count = self.lock();
        let more = size.saturating_sub(count.size);
        let fewer = count.size.saturating_sub(size);
        count.size = size;
        let spared = more.min(count.owed);
        count.owed -= spared;
        self.free.add_permits(more - spared);
        count.owed += fewer - self.free.forget_permits(fewer);
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        self.count.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut count = self.places.lock();
        if count.owed > 0
            && let Some(permit) = self.permit.take()
        {
            count.owed -= 1;
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn places_that_are_taken_go_when_they_are_given_back() {
        let places = Places::new(4);
        let mut taken = Vec::new();
        for _ in 0..3 {
            taken.push(places.take().await);
        }
        places.resize(1);
        assert_eq!((places.size(), places.free()), (1, 0));
        taken.pop();
        assert_eq!(places.free(), 0);
        assert!(places.take().now_or_never().is_none());
        taken.clear();
        assert_eq!(places.free(), 1);
        places.resize(5);
        assert_eq!((places.size(), places.free()), (5, 5));
    }

    #[tokio::test]
    async fn a_place_that_was_to_go_stays_where_there_are_more_again() {
        let places = Places::new(2);
        let taken = (places.take().await, places.take().await);
        places.resize(1);
        places.resize(3);
        assert_eq!(places.free(), 1);
        drop(taken);
        assert_eq!((places.size(), places.free()), (3, 3));
    }
}
