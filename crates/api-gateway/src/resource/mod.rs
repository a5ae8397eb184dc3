//! The kinds of things the API knows, one folder each. A new one is added to [`routes`].

mod album;
mod api_key;
pub(crate) mod asset;
mod auth;
mod job;
pub(crate) mod queue;
mod server;
mod session;
mod system_config;
mod system_metadata;
mod timeline;
mod user;

use crate::http::routes::Api;

/// Registers every route.
pub(crate) fn routes(api: &mut Api<'_>) {
    album::routes::routes(api);
    api_key::routes::routes(api);
    asset::routes::routes(api);
    auth::routes::routes(api);
    job::routes::routes(api);
    queue::routes::routes(api);
    server::routes::routes(api);
    session::routes::routes(api);
    system_config::routes::routes(api);
    system_metadata::routes::routes(api);
    timeline::routes::routes(api);
    user::routes::routes(api);
}
