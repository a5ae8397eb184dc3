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

    /// Waits for `bytes` of memory and a core. First come, first served: a large photo waits until the room is empty enough and is
    /// not overtaken for ever. One that needs more than there is gets all of it.
    pub async fn enter(&self, bytes: u64) -> Option<Place> {
        let wanted = pieces(bytes).min(self.pieces);
        let memory = self.memory.clone().acquire_many_owned(wanted).await.ok()?;
        let core = self.cores.clone().acquire_owned().await.ok()?;
        Some(Place {
            _memory: memory,
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

    /// Whether `bytes` would be let in at this moment.
    fn try_enter(door: &Door, bytes: u64) -> Option<Place> {
        match pin!(door.enter(bytes)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(place) => place,
            Poll::Pending => None,
        }
    }

    #[test]
    fn memory_and_cores_are_both_bounds() {
        let door = Door::with_cores(10 * PIECE, 2);
        let first = try_enter(&door, 6 * PIECE).unwrap();
        assert!(try_enter(&door, 5 * PIECE).is_none(), "too much together");
        let second = try_enter(&door, 2 * PIECE).unwrap();
        assert!(try_enter(&door, 1).is_none(), "no core left");
        drop((first, second));
        assert!(try_enter(&door, 500 * PIECE).is_some(), "alone in the room");
    }
}
