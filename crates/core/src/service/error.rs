use crate::config::ConfigError;
use crate::db::DbError;
use crate::events::StreamError;
use crate::media::MediaError;
use crate::settings::{SettingsError, SettingsFileError};

/// Why a service cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A variable is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database refuses us for good.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Redis cannot be used as configured.
    #[error(transparent)]
    Stream(#[from] StreamError),
    /// The media location cannot be used as configured.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The settings cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The file of settings cannot be used.
    #[error(transparent)]
    SettingsFile(#[from] SettingsFileError),
    /// The system refuses a thread or a signal handler.
    #[error("the system refuses: {0}")]
    System(#[from] std::io::Error),
}
