use std::sync::Arc;

use serde_json::{Map, Value};
use tokio::sync::watch;

/// What a node says of itself. No part of it is a secret.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Announcement {
    /// What it can do.
    pub capabilities: Vec<String>,
    /// What it found out about its machine, by name.
    pub facts: Map<String, Value>,
}

impl Announcement {
    /// Says what an operator ought to know, in whole sentences; the page of the fleet shows it at the node. The notes about a
    /// topic take the place of those that were there.
    pub fn note(&mut self, topic: &str, notes: Vec<String>) {
        let known = self.facts.entry("notes").or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(known) = known {
            known.insert(topic.to_owned(), notes.into());
        }
    }
}

/// What this node can do, shared by all who claim and tell; finding it all out may take longer than a start should.
#[derive(Debug, Clone)]
pub struct Abilities(Arc<watch::Sender<Arc<Announcement>>>);

impl Abilities {
    /// What is known from the start.
    pub fn new(known: Announcement) -> Self {
        Self(Arc::new(watch::Sender::new(Arc::new(known))))
    }

    /// What is known now.
    pub fn current(&self) -> Arc<Announcement> {
        self.0.borrow().clone()
    }

    /// Whether all of these are among the capabilities.
    pub fn include(&self, wanted: &[String]) -> bool {
        let current = self.current();
        wanted.iter().all(|word| current.capabilities.contains(word))
    }

    /// Says something else from now on.
    pub fn change(&self, change: impl FnOnce(&mut Announcement)) {
        self.0.send_modify(|known| change(Arc::make_mut(known)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_stand_by_their_topic() {
        let mut said = Announcement::default();
        said.note("kernel", vec!["No Landlock.".to_owned()]);
        said.note("proxies", vec!["One.".to_owned()]);
        said.note("proxies", vec!["One.".to_owned(), "Two.".to_owned()]);
        let notes = serde_json::json!({"kernel": ["No Landlock."], "proxies": ["One.", "Two."]});
        assert_eq!(said.facts["notes"], notes);
    }

    #[test]
    fn whoever_shares_them_sees_a_change() {
        let abilities = Abilities::new(Announcement {
            capabilities: vec!["encode.h264".to_owned(), "encode.av1".to_owned()],
            facts: Map::new(),
        });
        let shared = abilities.clone();
        let before = shared.current();
        abilities.change(|said| said.capabilities.retain(|word| word != "encode.av1"));
        assert!(shared.include(&["encode.h264".to_owned()]) && shared.include(&[]));
        assert!(!shared.include(&["encode.h264".to_owned(), "encode.av1".to_owned()]));
        assert_eq!(before.capabilities.len(), 2, "who reads is not disturbed");
    }
}
