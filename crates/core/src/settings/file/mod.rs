//! Settings from a file (`IMMICH_CONFIG_FILE`): what it says goes before the defaults, and what is stored has no effect.

mod merge;
mod syntax;

use std::path::{Path, PathBuf};

use super::{SystemConfig, secret};

/// The settings of a file, laid over the defaults. It is read once, when a program starts.
#[derive(Clone, Debug, PartialEq)]
pub struct SettingsFile {
    path: PathBuf,
    document: SystemConfig,
}

/// Why a program does not start with a file of settings. No message quotes more of the file than a single value that is no text.
#[derive(Debug, thiserror::Error)]
pub enum SettingsFileError {
    /// It is not there, or may not be read.
    #[error("IMMICH_CONFIG_FILE: {path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is neither JSON nor YAML.
    #[error("IMMICH_CONFIG_FILE: {path} is not valid {language}: {reason}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What it was read as.
        language: &'static str,
        /// What is wrong, and where.
        reason: String,
    },
    /// Some of its fields have values that they cannot have.
    #[error("IMMICH_CONFIG_FILE: {path}: {}", mistakes.join("; "))]
    Fields {
        /// The file.
        path: PathBuf,
        /// Each as `section.field: what is wrong`.
        mistakes: Vec<String>,
    },
    /// The document could not be turned to JSON.
    #[error("the settings could not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl SettingsFile {
    /// Reads the file at `path`: JSON or YAML, a part of the document or all of it. Fields that this release does not know are
    /// logged and have no effect, so that releases of different age can share a file.
    ///
    /// # Errors
    /// The file cannot be read, or says what cannot be. Which values are within their bounds only the gateway knows.
    pub fn read(path: &Path) -> Result<Self, SettingsFileError> {
        let text = std::fs::read_to_string(path).map_err(|source| SettingsFileError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let said = syntax::parse(path, &text)?;
        let (document, unknown) = merge::over_defaults(path, &said)?;
        for field in unknown {
            tracing::warn!(settings.file = %path.display(), settings.key = field, "a setting is not known here and has no effect");
        }
        Ok(Self {
            path: path.to_owned(),
            document,
        })
    }

    /// The same without passwords and client secrets, which no worker needs.
    #[must_use]
    pub fn without_secrets(mut self) -> Self {
        drop(secret::take(&mut self.document));
        self
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is in force.
    pub fn document(&self) -> &SystemConfig {
        &self.document
    }

    /// Refuses it for these mistakes, each as `section.field: what is wrong`.
    pub fn refusal(&self, mistakes: Vec<String>) -> SettingsFileError {
        SettingsFileError::Fields {
            path: self.path.clone(),
            mistakes,
        }
    }
}

#[cfg(test)]
mod tests;
