//! Who may decode: one photo per core, and all of them together within a budget of memory.

use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Memory is counted in pieces of this many bytes.
const PIECE: u64 = 1 << 20;

/// The door of the room where pictures are decoded.
#[derive(Debug, Clone)]
pub struct Door {
    memory: Arc<Semaphore>,
    pieces: u32,
    cores: Arc<Semaphore>,
}

/// Memory in the room, given back when dropped.
#[derive(Debug)]
pub struct Reservation {
    door: Door,
    memory: OwnedSemaphorePermit,
}

/// A place in the room, given back when dropped.
#[derive(Debug)]
pub struct Place {
    _memory: OwnedSemaphorePermit,
    _core: OwnedSemaphorePermit,
}

impl Door {
    /// A door to a room with `memory` bytes and as many places as there are cores.
    pub fn new(memory: u64) -> Self {
        Self::with_cores(memory, available_parallelism().map_or(1, usize::from))
    }

    fn with_cores(memory: u64, cores: usize) -> Self {
        let pieces = pieces(memory);
        let permits = usize::try_from(pieces).unwrap_or(1);
        Self {
            memory: Arc::new(Semaphore::new(permits)),
            pieces,
            cores: Arc::new(Semaphore::new(cores)),
        }
    }

    /// Waits for `bytes` of memory. First come, first served: a large photo waits until the room is empty enough and is not
    /// overtaken for ever. One that needs more than there is gets all of it.
    pub async fn reserve(&self, bytes: u64) -> Option<Reservation> {
        let memory = self.memory.clone().acquire_many_owned(self.wanted(bytes)).await.ok()?;
        let door = self.clone();
        Some(Reservation { door, memory })
    }

    /// Waits for `bytes` of memory and a core.
    pub async fn enter(&self, bytes: u64) -> Option<Place> {
        self.reserve(bytes).await?.enter().await
    }

    fn wanted(&self, bytes: u64) -> u32 {
        pieces(bytes).min(self.pieces)
    }
}

impl Reservation {
    /// Makes it one of `bytes`, if so much is free now. Nobody waits for memory who holds some, or two of them would wait for each
    /// other: where this is false, give all of it back and reserve what is needed.
    pub fn resize(&mut self, bytes: u64) -> bool {
        let wanted = usize::try_from(self.door.wanted(bytes)).unwrap_or(usize::MAX);
        let held = self.memory.num_permits();
        if let Some(less) = held.checked_sub(wanted) {
            drop(self.memory.split(less));
            return true;
        }
        let more = u32::try_from(wanted - held).unwrap_or(u32::MAX);
        let Ok(more) = self.door.memory.clone().try_acquire_many_owned(more) else {
            return false;
        };
        self.memory.merge(more);
        true
    }

    /// Waits for a core: those who have one wait for nothing.
    pub async fn enter(self) -> Option<Place> {
        let core = self.door.cores.clone().acquire_owned().await.ok()?;
        Some(Place {
            _memory: self.memory,
            _core: core,
        })
    }
}

/// Whole pieces, at least one.
fn pieces(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(PIECE).max(1))
        .unwrap_or(u32::MAX)
        .min(1 << 28)
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// What is there at this moment.
    fn now<T>(waiting: impl Future<Output = Option<T>>) -> Option<T> {
        match pin!(waiting).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(there) => there,
            Poll::Pending => None,
        }
    }

    #[test]
    fn memory_and_cores_are_both_bounds() {
        let door = Door::with_cores(10 * PIECE, 2);
        let first = now(door.enter(6 * PIECE)).unwrap();
        assert!(now(door.enter(5 * PIECE)).is_none(), "too much together");
        let second = now(door.enter(2 * PIECE)).unwrap();
        assert!(now(door.enter(1)).is_none(), "no core left");
        drop((first, second));
        assert!(now(door.enter(500 * PIECE)).is_some(), "alone in the room");
    }

    #[test]
    fn what_is_reserved_grows_where_there_is_room_and_shrinks() {
        let door = Door::with_cores(10 * PIECE, 2);
        let mut first = now(door.reserve(2 * PIECE)).unwrap();
        let mut second = now(door.reserve(2 * PIECE)).unwrap();
        assert!(first.resize(8 * PIECE));
        assert!(!second.resize(3 * PIECE), "nothing is left");
        assert!(first.resize(PIECE) && second.resize(9 * PIECE));
        drop(first);
        assert!(second.resize(500 * PIECE), "alone in the room");
    }

    #[test]
    fn who_grows_overtakes_nobody_who_waits() {
        let door = Door::with_cores(10 * PIECE, 2);
        let mut first = now(door.reserve(2 * PIECE)).unwrap();
        let mut large = pin!(door.reserve(9 * PIECE));
        let mut context = Context::from_waker(Waker::noop());
        assert!(large.as_mut().poll(&mut context).is_pending());
        assert!(!first.resize(4 * PIECE));
        drop(first);
        assert!(large.as_mut().poll(&mut context).is_ready());
    }
}
