use std::time::Duration;

use uuid::Uuid;

use super::kind::{JobKind, NoPayload};
use super::words::{Class, Source};

/// A job to be enqueued: what it is about and how urgent it is.
#[derive(Debug, Clone)]
pub struct NewJob<K: JobKind> {
    pub(super) payload: K::Payload,
    pub(super) dedup_key: Option<String>,
    pub(super) class: Option<Class>,
    pub(super) source: Option<Source>,
    pub(super) force: bool,
    pub(super) notify: bool,
    pub(super) requires: Vec<String>,
    pub(super) delay: Duration,
}

impl<K: JobKind<Payload = NoPayload>> NewJob<K> {
    /// A job about one thing, usually an asset. While it waits, enqueueing it again merges into it.
    pub fn for_subject(subject: Uuid) -> Self {
        Self::keyed(NoPayload {}, subject.to_string())
    }
}

impl<K: JobKind> NewJob<K>
where
    K::Payload: Default,
{
    /// A job of which there is only one: a clean-up, a nightly task.
    pub fn singleton() -> Self {
        Self::keyed(K::Payload::default(), String::new())
    }
}

impl<K: JobKind> NewJob<K> {
    /// A job that is never merged with another.
    pub fn with_payload(payload: K::Payload) -> Self {
        Self {
            payload,
            dedup_key: None,
            class: None,
            source: None,
            force: false,
            notify: false,
            requires: Vec::new(),
            delay: Duration::ZERO,
        }
    }

    /// A job with a payload that merges with a waiting one of the same key.
    pub fn keyed(payload: K::Payload, key: impl Into<String>) -> Self {
        Self {
            dedup_key: Some(key.into()),
            ..Self::with_payload(payload)
        }
    }

    /// How urgent it is; normal where nothing is said.
    #[must_use]
    pub fn class(mut self, class: Class) -> Self {
        self.class = Some(class);
        self
    }

    /// What set the chain off.
    #[must_use]
    pub fn source(mut self, source: impl Into<Option<Source>>) -> Self {
        self.source = source.into();
        self
    }

    /// Do it even where the result exists.
    #[must_use]
    pub fn force(mut self, force: bool) -> Self {
        self.force = force;
        self
    }

    /// Tell open pages when it is done.
    #[must_use]
    pub fn notify(mut self, notify: bool) -> Self {
        self.notify = notify;
        self
    }

    /// What a node must be able to do to take it.
    #[must_use]
    pub fn requires(mut self, capability: impl Into<String>) -> Self {
        self.requires.push(capability.into());
        self
    }

    /// Not before this much time has passed.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }
}
