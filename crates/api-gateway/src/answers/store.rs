//! The answers by name, of which those go that nobody has asked for the longest.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use super::entry::Entry;

/// All answers together have a bound in bytes.
pub(super) struct Store {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_name: HashMap<Arc<str>, Slot>,
    /// In the order in which they were asked for.
    by_use: BTreeMap<u64, Arc<str>>,
    bytes: usize,
    clock: u64,
}

struct Slot {
    entry: Arc<Entry>,
    bytes: usize,
    used: u64,
}

impl Store {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
        }
    }

    /// The answer of that name.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Entry>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.touch(name)
    }

    /// Keeps an answer, or weighs again one that is kept. One that would fill a quarter of the room is not kept.
    pub(super) fn put(&self, name: &str, entry: &Arc<Entry>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(name);
        let bytes = entry.bytes() + 2 * name.len();
        if bytes > self.most / 4 {
            return;
        }
        kept.insert(name.into(), Arc::clone(entry), bytes);
        while kept.bytes > self.most && kept.drop_oldest() {}
    }
}

impl Kept {
    fn touch(&mut self, name: &str) -> Option<Arc<Entry>> {
        self.clock += 1;
        let slot = self.by_name.get_mut(name)?;
        let name = self.by_use.remove(&slot.used)?;
        slot.used = self.clock;
        self.by_use.insert(slot.used, name);
        Some(Arc::clone(&slot.entry))
    }

    fn insert(&mut self, name: Arc<str>, entry: Arc<Entry>, bytes: usize) {
        self.clock += 1;
        self.bytes += bytes;
        self.by_use.insert(self.clock, Arc::clone(&name));
        let used = self.clock;
        self.by_name.insert(name, Slot { entry, bytes, used });
    }

    fn remove(&mut self, name: &str) {
        if let Some(slot) = self.by_name.remove(name) {
            self.by_use.remove(&slot.used);
            self.bytes -= slot.bytes;
        }
    }

    fn drop_oldest(&mut self) -> bool {
        let oldest = self.by_use.first_key_value().map(|(_, name)| Arc::clone(name));
        if let Some(name) = &oldest {
            self.remove(name);
        }
        oldest.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Made, check::Stamp},
        *,
    };

    fn entry(bytes: usize) -> Arc<Entry> {
        let made = Made {
            body: "x".repeat(bytes),
            ..Made::default()
        };
        Arc::new(Entry::new(made, Stamp::default()))
    }

    #[test]
    fn what_nobody_asks_for_goes_first() {
        let store = Store::new(50_000);
        for name in ["a", "b", "c", "d"] {
            store.put(name, &entry(10_000));
        }
        assert!(store.get("a").is_some());
        store.put("e", &entry(10_000));
        let kept: Vec<_> = ["a", "b", "c", "d", "e"]
            .into_iter()
            .filter(|name| store.get(name).is_some())
            .collect();
        assert_eq!(kept, ["a", "c", "d", "e"]);
        assert!(store.kept.lock().unwrap().bytes <= 50_000);
    }

    #[test]
    fn what_is_kept_twice_counts_once_and_what_is_too_large_not_at_all() {
        let store = Store::new(50_000);
        let one = entry(10_000);
        store.put("a", &one);
        let bytes = store.kept.lock().unwrap().bytes;
        store.put("a", &one);
        assert_eq!(store.kept.lock().unwrap().bytes, bytes);
        store.put("a", &entry(13_000));
        assert!(store.get("a").is_none());
        let kept = store.kept.lock().unwrap();
        assert_eq!((kept.bytes, kept.by_use.len()), (0, 0));
    }
}
