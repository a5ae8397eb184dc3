//! The settings in force, the defaults, the words of storage templates.

use actix_web::web;
use safelight_core::settings::{self, SystemConfig};

use super::options;
use crate::{
    http::reply::{Reply, ok},
    state::AppState,
};

/// `GET /system-config`: what is stored now, whichever gateway stored it.
pub(super) async fn current(state: web::Data<AppState>) -> Reply {
    let stored = settings::load(&mut *state.pool.get().await?).await?;
    let answer = ok(&stored.value);
    state.settings.replace(stored);
    Ok(answer)
}

/// `GET /system-config/defaults`
pub(super) async fn defaults() -> Reply {
    Ok(ok(&SystemConfig::default()))
}

/// `GET /system-config/storage-template-options`
pub(super) async fn storage_template_options() -> Reply {
    Ok(ok(&options::OPTIONS))
}
