use std::collections::BTreeMap;
use std::sync::Arc;

use super::erased::{ErasedHandler, erase};
use crate::ids::QueueName;
use crate::jobs::handler::Handler;
use crate::jobs::kind::{JobKind, Payload as _};

/// A kind that this binary can do, with the newest payload version it reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupportedKind {
    /// Its name.
    pub name: &'static str,
    /// The newest payload version.
    pub version: i32,
    /// The queue it waits in.
    pub queue: QueueName,
}

/// The handlers of a worker, by queue and kind.
#[derive(Default, Clone)]
pub struct Registry {
    queues: BTreeMap<QueueName, Vec<SupportedKind>>,
    handlers: BTreeMap<&'static str, Arc<dyn ErasedHandler>>,
}

impl Registry {
    /// Adds what does one kind of job.
    pub fn add<K: JobKind, H: Handler<K>>(&mut self, handler: H) {
        let kind = SupportedKind {
            name: K::NAME,
            version: K::Payload::VERSION,
            queue: K::QUEUE,
        };
        self.queues.entry(K::QUEUE).or_default().push(kind);
        self.handlers.insert(K::NAME, erase::<K, H>(handler));
    }

    /// The queues that have a handler here.
    pub fn queues(&self) -> impl Iterator<Item = QueueName> {
        self.queues.keys().copied()
    }

    /// The kinds of a queue that have a handler here.
    pub fn kinds(&self, queue: QueueName) -> &[SupportedKind] {
        self.queues.get(&queue).map_or(&[], Vec::as_slice)
    }

    /// All kinds that have a handler here.
    pub fn all_kinds(&self) -> Vec<SupportedKind> {
        self.queues.values().flatten().copied().collect()
    }

    pub(super) fn handler(&self, kind: &str) -> Option<Arc<dyn ErasedHandler>> {
        self.handlers.get(kind).cloned()
    }
}
