//! Versions, and proof of life.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use safelight_core::db::schema::version_history as history;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    http::reply::iso,
    resource::system_metadata::{VersionCheck, load},
    version::{self, API_VERSION},
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HistoryEntry {
    id: Uuid,
    created_at: String,
    version: String,
}

/// `GET /server/ping`: a health check of Immich compares the very bytes.
pub(super) async fn ping() -> Reply {
    Ok(reply::ok(&json!({"res": "pong"})))
}

/// `GET /server/version`
pub(super) async fn version() -> Reply {
    let (major, minor, patch) = API_VERSION;
    Ok(reply::ok(
        &json!({"major": major, "minor": minor, "patch": patch, "prerelease": null}),
    ))
}

/// `GET /server/version-history`: newest first.
pub(super) async fn version_history(state: Data<AppState>) -> Reply {
    let rows = history::table
        .order((history::created_at.desc(), history::id))
        .select((history::id, history::created_at, history::version))
        .load::<(Uuid, DateTime<Utc>, String)>(&mut state.conn().await?)
        .await?;
    let entry = |(id, created_at, version)| HistoryEntry {
        id,
        created_at: iso(created_at),
        version,
    };
    Ok(reply::ok(&rows.into_iter().map(entry).collect::<Vec<_>>()))
}

/// `GET /server/version-check`: what the last look for releases found.
pub(super) async fn version_check(_auth: Auth, state: Data<AppState>) -> Reply {
    let found: VersionCheck = load(&mut *state.conn().await?, VersionCheck::KEY).await?;
    Ok(reply::ok(&found))
}

/// `GET /server/about`
pub(super) async fn about(_auth: Auth) -> Reply {
    let version = version::text();
    Ok(reply::ok(&json!({
        "version": format!("v{version}"),
        "versionUrl": format!("https://github.com/immich-app/immich/releases/tag/v{version}"),
        "licensed": false,
        "build": concat!("safelight-", env!("CARGO_PKG_VERSION")),
    })))
}

/// `GET /server/apk-links`: the Android app of this version.
pub(super) async fn apk_links(_auth: Auth) -> Reply {
    let release = format!(
        "https://github.com/immich-app/immich/releases/download/v{}",
        version::text()
    );
    Ok(reply::ok(&json!({
        "arm64v8a": format!("{release}/app-arm64-v8a-release.apk"),
        "armeabiv7a": format!("{release}/app-armeabi-v7a-release.apk"),
        "universal": format!("{release}/app-release.apk"),
        "x86_64": format!("{release}/app-x86_64-release.apk"),
    })))
}
