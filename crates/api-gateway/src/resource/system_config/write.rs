//! Replacing the settings.

use safelight_core::{
    events::Event,
    settings::{self, SystemConfig},
};

use super::{template, wire::Sent};
use crate::http::reply::ok;
use crate::prelude::*;

/// `PUT /system-config`: the whole document. The last admin wins; all services follow within a beat. Where a file says the settings,
/// nothing is stored.
pub(super) async fn replace(state: Data<AppState>, config: Body<Sent<SystemConfig>>) -> Reply {
    let config = config.0.0;
    if state.settings.file().is_some() {
        return Err(ApiError::bad(
            "The settings come from a file (IMMICH_CONFIG_FILE) and cannot be changed here",
        ));
    }
    if !template::is_valid(&config.storage_template.template) {
        return Err(ApiError::bad("Invalid storage template"));
    }
    let smtp = &config.notifications.smtp;
    if smtp.enabled && *smtp != in_force(&state).await?.notifications.smtp {
        state.mail_servers.check(&smtp.transport).await?;
    }
    let mut conn = state.pool.get().await?;
    let version = settings::store(&mut conn, &config, None).await?;
    tracing::info!(settings.version = version, "the settings were replaced");
    // What the answer promises is in force here before it is sent; other processes follow.
    state.settings.reload(&mut conn).await?;
    drop(conn);
    state.publish(&[Event::ConfigUpdate { version }]).await;
    Ok(ok(&config))
}

async fn in_force(state: &AppState) -> Result<SystemConfig, ApiError> {
    let stored = state.settings.read_with_secrets(&mut *state.conn().await?).await?;
    Ok(stored.value)
}
