//! The live settings of a process.

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use tokio::sync::watch;

use super::{SettingsError, SystemConfig, Versioned, load};

/// The live settings of a process: cheap to clone, all clones see the same document.
///
/// Every beat and every event tells the version in force; whoever hears of a newer one calls [`Settings::refresh`], and
/// everybody who reads or subscribes follows.
#[derive(Clone, Debug)]
pub struct Settings {
    current: Arc<watch::Sender<Versioned<Arc<SystemConfig>>>>,
}

impl Settings {
    /// A handle that starts with `loaded`.
    pub fn new(loaded: Versioned<SystemConfig>) -> Self {
        let (sender, _) = watch::channel(Versioned {
            version: loaded.version,
            value: Arc::new(loaded.value),
        });
        Self {
            current: Arc::new(sender),
        }
    }

    /// A handle that starts with what is stored.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(conn: &mut AsyncPgConnection) -> Result<Self, SettingsError> {
        Ok(Self::new(load(conn).await?))
    }

    /// The document in force. Take it once per piece of work, so that one job sees one version.
    pub fn current(&self) -> Arc<SystemConfig> {
        Arc::clone(&self.current.borrow().value)
    }

    /// The version in force here; 0 while nothing is stored.
    pub fn version(&self) -> i64 {
        self.current.borrow().version
    }

    /// A receiver that is woken at every change; it starts with the present document marked as seen.
    pub fn subscribe(&self) -> watch::Receiver<Versioned<Arc<SystemConfig>>> {
        self.current.subscribe()
    }

    /// Reads the settings again when `version` is newer than what is in force here; answers whether they changed.
    ///
    /// # Errors
    /// When the database does not answer; the document in force stays.
    pub async fn refresh(&self, conn: &mut AsyncPgConnection, version: i64) -> Result<bool, SettingsError> {
        if version <= self.version() {
            return Ok(false);
        }
        let loaded = load(conn).await?;
        Ok(self.replace(loaded))
    }

    /// Puts a document in force unless a newer one already is; answers whether it did.
    pub fn replace(&self, newer: Versioned<SystemConfig>) -> bool {
        self.current.send_if_modified(|current| {
            let is_newer = newer.version > current.version;
            if is_newer {
                tracing::info!(settings.version = newer.version, "the settings have changed");
                *current = Versioned {
                    version: newer.version,
                    value: Arc::new(newer.value),
                };
            }
            is_newer
        })
    }
}

impl Default for Settings {
    /// The contract's defaults at version 0.
    fn default() -> Self {
        Self::new(Versioned {
            version: 0,
            value: SystemConfig::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_trash_days(days: u64) -> SystemConfig {
        let mut config = SystemConfig::default();
        config.trash.days = days;
        config
    }

    #[tokio::test]
    async fn everybody_follows_a_newer_document() {
        let settings = Settings::default();
        let clone = settings.clone();
        let mut changes = clone.subscribe();
        assert!(settings.replace(Versioned {
            version: 2,
            value: with_trash_days(5)
        }));
        changes.changed().await.unwrap();
        assert_eq!(changes.borrow_and_update().value.trash.days, 5);
        assert_eq!((clone.version(), clone.current().trash.days), (2, 5));
    }

    #[test]
    fn an_older_document_never_comes_back() {
        let settings = Settings::default();
        assert!(settings.replace(Versioned {
            version: 3,
            value: with_trash_days(3)
        }));
        assert!(!settings.replace(Versioned {
            version: 2,
            value: with_trash_days(2)
        }));
        assert!(!settings.replace(Versioned {
            version: 3,
            value: with_trash_days(9)
        }));
        assert_eq!((settings.version(), settings.current().trash.days), (3, 3));
    }
}
