//! What the installation can do, and how it wants to be shown. Public: the login page needs it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::{
    db::schema::user,
    formats::{MediaKind, dotted_extensions},
};
use serde_json::json;

use crate::prelude::*;
use crate::resource::system_metadata::{AdminOnboarding, load};

/// `GET /server/config`
pub(super) async fn config(state: Data<AppState>) -> Reply {
    let settings = state.system_config();
    let mut conn = state.conn().await?;
    let admins = user::table.filter(user::is_admin).filter(user::deleted_at.is_null());
    let is_initialized = diesel::select(diesel::dsl::exists(admins))
        .get_result::<bool>(&mut conn)
        .await?;
    let onboarding: AdminOnboarding = load(&mut conn, AdminOnboarding::KEY).await?;
    Ok(reply::ok(&json!({
        "loginPageMessage": settings.server.login_page_message,
        "trashDays": settings.trash.days,
        "userDeleteDelay": settings.user.delete_delay,
        "oauthButtonText": settings.oauth.button_text,
        "isInitialized": is_initialized,
        // Who keeps the settings in a file has decided what the first steps would ask.
        "isOnboarded": onboarding.is_onboarded || state.settings.file().is_some(),
        "externalDomain": settings.server.external_domain,
        "publicUsers": settings.server.public_users,
        "mapDarkStyleUrl": settings.map.dark_style,
        "mapLightStyleUrl": settings.map.light_style,
        "maintenanceMode": false,
        "minFaces": settings.machine_learning.facial_recognition.min_faces,
    })))
}

/// `GET /server/features`: a feature that is not built is `false` whatever the settings say, so that clients do not
/// offer it. Searching is by what is known of assets; the map shows where they were taken, without names of places.
pub(super) async fn features(state: Data<AppState>) -> Reply {
    let settings = state.system_config();
    Ok(reply::ok(&json!({
        "smartSearch": false,
        "facialRecognition": false,
        "duplicateDetection": false,
        "map": settings.map.enabled,
        "reverseGeocoding": false,
        "importFaces": false,
        "sidecar": true,
        "search": true,
        "trash": settings.trash.enabled,
        "oauth": false,
        "oauthAutoLaunch": false,
        "ocr": false,
        "passwordLogin": settings.password_login.enabled,
        "configFile": state.settings.file().is_some(),
        "email": false,
        "realtimeTranscoding": false,
    })))
}

/// `GET /server/media-types`: what may be uploaded.
pub(super) async fn media_types() -> Reply {
    let extensions = |kind| dotted_extensions(kind).collect::<Vec<_>>();
    Ok(reply::ok(&json!({
        "video": extensions(MediaKind::Video),
        "image": extensions(MediaKind::Image),
        "sidecar": extensions(MediaKind::Sidecar),
    })))
}
