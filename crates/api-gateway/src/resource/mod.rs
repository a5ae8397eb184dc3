//! The kinds of things the API knows, one folder each. A new one is added to [`routes`].

pub(crate) mod auth;
pub(crate) mod user;

use crate::http::routes::Api;

/// Registers every route.
pub(crate) fn routes(api: &mut Api<'_>) {
    auth::routes::routes(api);
    user::routes::routes(api);
}
