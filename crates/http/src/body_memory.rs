//! How much memory the large bodies that are being received and read may take together.
//!
//! Small bodies are not counted. Of the whole, one person may hold a quarter, so that nobody fills it alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use super::trim;

/// The part of the whole that one person may hold.
const SHARE: u64 = 4;

/// The memory of large bodies. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct BodyMemory {
    whole: u64,
    held: Arc<Mutex<HashMap<Uuid, u64>>>,
}

impl BodyMemory {
    /// At most `whole` bytes, and never less for one person than `largest`, the largest body there may be.
    pub(crate) fn new(whole: u64, largest: u64) -> Self {
        Self {
            whole: whole.max(largest.saturating_mul(SHARE)),
            held: Arc::default(),
        }
    }

    /// Takes `bytes` for a person; `None` where there is no room.
    pub(crate) fn take(&self, who: Uuid, bytes: u64) -> Option<Held> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let all: u64 = held.values().sum();
        let own = held.get(&who).copied().unwrap_or(0).saturating_add(bytes);
        if own > self.whole / SHARE || all.saturating_add(bytes) > self.whole {
            return None;
        }
        held.insert(who, own);
        Some(Held {
            memory: self.clone(),
            who,
            bytes,
        })
    }
}

/// Memory that is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Held {
    memory: BodyMemory,
    who: Uuid,
    bytes: u64,
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut held = self.memory.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = held.get_mut(&self.who) {
            *own = own.saturating_sub(self.bytes);
            if *own == 0 {
                held.remove(&self.who);
            }
        }
        drop(held);
        trim::soon();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_has_a_share_and_all_have_the_whole() {
        let memory = BodyMemory::new(400, 10);
        let people: Vec<Uuid> = (1..=5).map(Uuid::from_u128).collect();
        let held: Vec<Held> = people.iter().take(4).filter_map(|who| memory.take(*who, 100)).collect();
        assert_eq!(held.len(), 4);
        assert!(memory.take(people[0], 1).is_none(), "the share of the first is full");
        assert!(memory.take(people[4], 1).is_none(), "the whole is full");
        drop(held);
        assert!(memory.take(people[0], 100).is_some());
        assert!(memory.held.lock().unwrap().is_empty());
    }

    #[test]
    fn the_largest_body_always_fits() {
        assert!(BodyMemory::new(1, 10).take(Uuid::nil(), 10).is_some());
    }
}
