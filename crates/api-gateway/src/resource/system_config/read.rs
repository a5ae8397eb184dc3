//! The settings in force, the defaults, the words of storage templates.

use actix_web::web;
use safelight_core::settings::{self, SystemConfig};

use super::options;
use crate::{
    http::reply::{Reply, ok},
    state::AppState,
};

/// `GET /system-config`: what is stored now, whichever gateway stored it, with the secrets that administrators typed.
pub(super) async fn current(state: web::Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    let stored = settings::load_with_secrets(&mut conn).await?;
    state.settings.refresh(&mut conn, stored.version).await?;
    Ok(ok(&stored.value))
}

/// `GET /system-config/defaults`
pub(super) async fn defaults() -> Reply {
    Ok(ok(&SystemConfig::default()))
}

/// `GET /system-config/storage-template-options`
pub(super) async fn storage_template_options() -> Reply {
    Ok(ok(&options::OPTIONS))
}
