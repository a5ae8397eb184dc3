//! Replacing the settings.

use actix_web::web;
use safelight_core::{
    events::Event,
    settings::{self, SystemConfig, Versioned},
};

use super::{smtp, template};
use crate::{
    http::{
        body::Body,
        error::ApiError,
        reply::{Reply, ok},
    },
    state::AppState,
};

/// `PUT /system-config`: the whole document. The last admin wins; all services follow within a beat.
pub(super) async fn replace(state: web::Data<AppState>, config: Body<SystemConfig>) -> Reply {
    let config = config.0;
    if !template::is_valid(&config.storage_template.template) {
        return Err(ApiError::bad("Invalid storage template"));
    }
    let smtp = &config.notifications.smtp;
    if smtp.enabled && *smtp != state.settings.current().notifications.smtp {
        smtp::check(&smtp.transport).await?;
    }
    let version = settings::store(&mut *state.pool.get().await?, &config, None).await?;
    tracing::info!(settings.version = version, "the settings were replaced");
    let answer = ok(&config);
    state.settings.replace(Versioned { version, value: config });
    state.publish(&[Event::ConfigUpdate { version }]).await;
    Ok(answer)
}
