//! `GStreamer`'s list of plugins, brought up to date before any file is looked at: making it starts programs and reads much, which a child
//! that looks at files of strangers may not.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use safelight_core::child::ChildSpec;
use tokio::sync::Mutex;

use super::registry;

/// The first run after an installation loads every plugin once.
const DEADLINE: Duration = Duration::from_secs(60);

/// Where the list is, and whether this process has seen to it.
#[derive(Debug, Clone)]
pub(super) struct Plugins {
    /// None where there is no place for it: each child makes its own then.
    list: Option<PathBuf>,
    is_new: Arc<Mutex<bool>>,
}

impl Plugins {
    pub(super) fn new() -> Self {
        Self::at(registry::path())
    }

    pub(super) fn at(list: Option<PathBuf>) -> Self {
        Self {
            list,
            is_new: Arc::default(),
        }
    }

    /// Tells a child where the list is.
    pub(super) fn name_to(&self, spec: ChildSpec) -> ChildSpec {
        match &self.list {
            Some(path) => spec.env("GST_REGISTRY", path),
            None => spec,
        }
    }

    /// Has `make` bring the list up to date: once in the life of this process, and again when somebody has removed it.
    pub(super) async fn see_to(&self, make: ChildSpec) {
        let mut is_new = self.is_new.lock().await;
        let is_there = self.list.as_ref().is_none_or(|path| path.exists());
        if *is_new && is_there {
            return;
        }
        *is_new = true;
        // Without it children work all the same, and take longer.
        match self.name_to(make).output(DEADLINE, 1 << 16).await {
            Ok(output) if output.status.success() => {}
            Ok(output) => {
                let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
                tracing::warn!(complaint, "GStreamer's list of plugins could not be made");
            }
            Err(error) => tracing::warn!(%error, "GStreamer's list of plugins could not be made"),
        }
    }
}
