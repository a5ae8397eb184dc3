//! What is served outside of `/api`.

use actix_web::HttpResponse;
use serde_json::json;

use crate::prelude::*;

/// `GET /.well-known/immich`: how the apps find the API.
pub(super) async fn well_known() -> Reply {
    Ok(reply::ok(&json!({"api": {"endpoint": "/api"}})))
}

/// `GET /custom.css`: the style of the administrator.
pub(super) async fn custom_css(state: Data<AppState>) -> HttpResponse {
    let css = state.system_config().theme.custom_css.clone();
    HttpResponse::Ok().content_type("text/css; charset=utf-8").body(css)
}
