//! From the configuration to a listening server, and to its orderly end.

use std::net::SocketAddr;

use actix_web::{App, HttpServer, middleware::from_fn, web};
use anyhow::Context;
use safelight_core::db;
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::GatewayConfig,
    http::{canonical, finish, limits::HttpLimits, routes::Api},
    resource,
    state::AppState,
};

/// Runs until SIGTERM or SIGINT: then no new connection is taken, and running requests get the grace of the limits.
///
/// # Errors
/// The schema is not ours, or the port is taken.
pub(crate) async fn run(config: GatewayConfig) -> anyhow::Result<()> {
    let address = SocketAddr::new(config.host, config.port);
    db::wait_for_schema(&config.service.database)
        .await
        .context("the database cannot be used")?;
    let state = AppState::new(config)?;
    let limits = state.http.clone();
    let server = HttpServer::new(move || {
        let state = web::Data::new(state.clone());
        App::new()
            .app_data(state)
            .configure(|config| {
                let mut api = Api::new(config);
                resource::routes(&mut api);
                api.finish();
            })
            .wrap(from_fn(canonical::respell))
            .wrap(from_fn(finish::finish))
    });
    let HttpLimits {
        headers,
        keep_alive,
        linger,
        shutdown,
        ..
    } = limits;
    let server = server
        .client_request_timeout(headers)
        .client_disconnect_timeout(linger)
        .keep_alive(keep_alive)
        .shutdown_timeout(shutdown.as_secs())
        .disable_signals()
        .bind(address)
        .with_context(|| format!("cannot listen on {address}"))?
        .run();
    tracing::info!(http.address = %address, "listening");
    let handle = server.handle();
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running requests are finished, no new ones are taken");
        handle.stop(true).await;
    };
    let (result, ()) = tokio::join!(server, stop);
    result.context("the server failed")
}
