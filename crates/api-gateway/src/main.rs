//! The HTTP gateway: the only service that listens to people.
//!
//! It keeps no state of its own, so any number of gateways may stand behind any balancer. What belongs to HTTP in
//! general is in the crate [`http`], the table of routes in [`routes`], who may do what in [`access`], and every kind of thing the API knows has a folder in
//! [`resource`]: `routes` (the table), `wire` (the JSON of requests and answers), `read` and `write` (the handlers
//! with their SQL). [`live`] tells open pages what happened, and
//! [`answers`] keeps those that many ask for.

#![allow(
    clippy::option_option,
    reason = "absent, null and a value are three things in an update"
)]

mod access;
mod answers;
mod config;
mod door;
mod finish;
mod incoming;
mod listener;
mod live;
mod prelude;
mod resource;
mod routes;
mod server;
mod state;
mod unnamed_proxies;
mod version;
mod web_root;

use std::io::Write as _;

use anyhow::Context as _;
use safelight_core::service::{Service, run_program};
use safelight_http as http;

/// The argument that prints the table of routes instead of serving them.
const ROUTES: &str = "routes";

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(ROUTES) {
        return Ok(std::io::stdout().write_all(resource::table().as_bytes())?);
    }
    run_program(serve())?
}

async fn serve() -> anyhow::Result<()> {
    let service = Service::start("api-gateway").await.context("cannot start")?;
    server::run(service).await
}
