//! The settings in force, the defaults, the words of storage templates.

use actix_web::web;
use safelight_core::settings::SystemConfig;

use super::options;
use crate::{
    http::reply::{Reply, ok},
    state::AppState,
};

/// `GET /system-config`: what is stored now, whichever gateway stored it, or what the file of settings says, with the secrets that
/// administrators typed.
pub(super) async fn current(state: web::Data<AppState>) -> Reply {
    let mut conn = state.pool.get().await?;
    let in_force = state.settings.read_with_secrets(&mut conn).await?;
    state.settings.refresh(&mut conn, in_force.version).await?;
    Ok(ok(&in_force.value))
}

/// `GET /system-config/defaults`
pub(super) async fn defaults() -> Reply {
    Ok(ok(&SystemConfig::default()))
}

/// `GET /system-config/storage-template-options`
pub(super) async fn storage_template_options() -> Reply {
    Ok(ok(&options::OPTIONS))
}
