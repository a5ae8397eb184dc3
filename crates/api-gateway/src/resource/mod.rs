//! The kinds of things the API knows, one folder each. A new one is added to [`routes`].

mod absent;
mod album;
mod api_key;
pub(crate) mod asset;
mod auth;
mod bulk;
mod download;
pub(crate) mod fleet;
mod job;
mod maintenance;
mod map;
pub(crate) mod notification;
pub(crate) mod queue;
mod search;
mod server;
mod session;
mod statement;
pub(crate) mod system_config;
mod system_metadata;
mod timeline;
pub(crate) mod user;
mod user_admin;
mod view;

use actix_web::{App, web::ServiceConfig};

use crate::{
    live,
    routes::{Api, Route},
};

/// Registers every route, and tells which they are. The built-in pages give way to a mounted web app.
pub(crate) fn register(config: &mut ServiceConfig, with_pages: bool) -> Vec<Route> {
    let mut api = Api::new(config);
    routes(&mut api);
    server::routes::outside(&mut api);
    if with_pages {
        server::routes::pages(&mut api);
    }
    live::routes(&mut api);
    api.finish()
}

/// The table of routes, a line each: method, path, who may call it, and the permission that an API key needs.
pub(crate) fn table() -> String {
    let mut table = Vec::new();
    drop(App::new().configure(|config| table = register(config, true)));
    table
        .iter()
        .fold(String::new(), |text, route| text + &route.to_string() + "\n")
}

/// Every resource.
fn routes(api: &mut Api<'_>) {
    absent::routes(api);
    album::routes::routes(api);
    api_key::routes::routes(api);
    asset::routes::routes(api);
    auth::routes::routes(api);
    download::routes(api);
    fleet::routes::routes(api);
    job::routes::routes(api);
    maintenance::routes(api);
    map::routes::routes(api);
    notification::routes::routes(api);
    queue::routes::routes(api);
    search::routes::routes(api);
    server::routes::routes(api);
    session::routes::routes(api);
    system_config::routes::routes(api);
    system_metadata::routes::routes(api);
    timeline::routes::routes(api);
    user::routes::routes(api);
    user_admin::routes::routes(api);
    view::routes::routes(api);
}
