//! The kinds of things the API knows, one folder each. A new one is added to [`routes`].

mod api_key;
mod asset;
mod auth;
mod server;
mod session;
mod system_metadata;
mod user;

use crate::http::routes::Api;

/// Registers every route.
pub(crate) fn routes(api: &mut Api<'_>) {
    api_key::routes::routes(api);
    asset::routes::routes(api);
    auth::routes::routes(api);
    server::routes::routes(api);
    session::routes::routes(api);
    system_metadata::routes::routes(api);
    user::routes::routes(api);
}
