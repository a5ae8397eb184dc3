//! What is served outside of `/api`.

use actix_web::{HttpResponse, http::header::CACHE_CONTROL, web::Data};
use serde_json::json;

use crate::{
    http::reply::{self, Reply},
    state::AppState,
};

/// What a browser shows until a web app is mounted.
const INDEX: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Safelight</title></head>\
    <body><h1>Safelight is running</h1><p>Enter this address in the Immich app, or use <code>@immich/cli</code>.</p>\
    </body></html>\n";

/// `GET /.well-known/immich`: how the apps find the API.
pub(super) async fn well_known() -> Reply {
    Ok(reply::ok(&json!({"api": {"endpoint": "/api"}})))
}

/// `GET /custom.css`: the style of the administrator.
pub(super) async fn custom_css(state: Data<AppState>) -> HttpResponse {
    let css = state.system_config().theme.custom_css.clone();
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(css)
}

/// `GET /`
pub(super) async fn index() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(INDEX)
}
