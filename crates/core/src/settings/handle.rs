//! The live settings of a process.

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use tokio::sync::{Mutex, watch};

use super::{SettingsError, SettingsFile, SystemConfig, Versioned, load, load_with_secrets};

/// The live settings of a process: cheap to clone, all clones see the same document.
///
/// Every beat and every event tells the version in force; whoever hears of another one calls [`Settings::refresh`], and
/// everybody who reads or subscribes follows. It holds no secret of what is stored.
#[derive(Clone, Debug)]
pub struct Settings {
    current: Arc<watch::Sender<Versioned<Arc<SystemConfig>>>>,
    /// Held while the document is read and put in force, so that what was read earlier never replaces what was read later.
    reading: Arc<Mutex<()>>,
    /// Where it says the settings, what is stored has no effect.
    file: Option<Arc<SettingsFile>>,
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
            reading: Arc::default(),
            file: None,
        }
    }

    /// A handle that starts with what `file` says, or with what is stored where there is none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(conn: &mut AsyncPgConnection, file: Option<SettingsFile>) -> Result<Self, SettingsError> {
        let mut stored = load(conn).await?;
        if let Some(file) = &file {
            stored.value = without_secrets(file);
        }
        Ok(Self {
            file: file.map(Arc::new),
            ..Self::new(stored)
        })
    }

    /// The file that says the settings, where there is one.
    pub fn file(&self) -> Option<&SettingsFile> {
        self.file.as_deref()
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

    /// Reads the settings again when `version`, which somebody saw in the database, is not what is in force here; answers
    /// whether they changed. A smaller one counts, too: rows are removed, and databases come back from backups.
    ///
    /// # Errors
    /// When the database does not answer; the document in force stays.
    pub async fn refresh(&self, conn: &mut AsyncPgConnection, version: i64) -> Result<bool, SettingsError> {
        if version == self.version() {
            return Ok(false);
        }
        self.reload(conn).await
    }

    /// Puts in force what is stored now, whatever its version; answers whether that is a change.
    ///
    /// # Errors
    /// When the database does not answer; the document in force stays.
    pub async fn reload(&self, conn: &mut AsyncPgConnection) -> Result<bool, SettingsError> {
        let _one_at_a_time = self.reading.lock().await;
        let mut stored = load(conn).await?;
        if let Some(file) = &self.file {
            // The version is that of the database all the same: jobs tell it, and are compared by it.
            stored.value = without_secrets(file);
        }
        Ok(self.put_in_force(stored))
    }

    /// What is in force, with its secrets and the version that is stored now. Only the owner of the database can.
    ///
    /// # Errors
    /// When the database does not answer, or refuses.
    pub async fn read_with_secrets(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> Result<Versioned<SystemConfig>, SettingsError> {
        let mut stored = load_with_secrets(conn).await?;
        if let Some(file) = &self.file {
            stored.value = file.document().clone();
        }
        Ok(stored)
    }

    fn put_in_force(&self, stored: Versioned<SystemConfig>) -> bool {
        self.current.send_if_modified(|current| {
            let is_another = stored.version != current.version || stored.value != *current.value;
            if is_another {
                tracing::info!(
                    settings.version = stored.version,
                    settings.before = current.version,
                    "the settings have changed"
                );
                *current = Versioned {
                    version: stored.version,
                    value: Arc::new(stored.value),
                };
            }
            is_another
        })
    }
}

/// What everybody in the process may see of a file.
fn without_secrets(file: &SettingsFile) -> SystemConfig {
    file.clone().without_secrets().document().clone()
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
    async fn everybody_follows_another_document() {
        let settings = Settings::default();
        let clone = settings.clone();
        let mut changes = clone.subscribe();
        assert!(settings.put_in_force(Versioned {
            version: 2,
            value: with_trash_days(5)
        }));
        changes.changed().await.unwrap();
        assert_eq!(changes.borrow_and_update().value.trash.days, 5);
        assert_eq!((clone.version(), clone.current().trash.days), (2, 5));
    }

    #[test]
    fn what_is_stored_is_in_force_also_where_its_version_went_back() {
        let settings = Settings::default();
        let store = |version, days| {
            settings.put_in_force(Versioned {
                version,
                value: with_trash_days(days),
            })
        };
        assert!(store(3, 3));
        assert!(!store(3, 3));
        assert!(store(2, 2));
        assert!(store(2, 9));
        assert_eq!((settings.version(), settings.current().trash.days), (2, 9));
    }
}
