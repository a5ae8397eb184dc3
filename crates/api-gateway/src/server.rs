//! From a started service to a listening server, and to its orderly end.

use std::net::TcpListener;

use actix_http::{HttpService, KeepAlive};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    App,
    dev::{AppConfig, Extensions},
    middleware::from_fn,
    rt::net::TcpStream,
    web,
};
use anyhow::Context as _;
use safelight_core::{
    media::{Folder, LocalStore},
    service::{Membership, MembershipParts, Service},
};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    config::GatewayConfig,
    finish,
    http::{body::Bodies, canonical, strict::Strict},
    listener,
    live::{self, Live, SocketMetrics, Sockets},
    resource::{self, system_config},
    state::AppState,
    version,
    web_root::WebRoot,
};

/// Runs until SIGTERM or SIGINT: then no new connection is taken, and running requests get the grace of the limits.
///
/// # Errors
/// The media store is not ours, or the port is taken.
pub(crate) async fn run(service: Service) -> anyhow::Result<()> {
    let config = GatewayConfig::from_env(&service.env)?;
    config.bounds.apply();
    if let Some(file) = service.settings.file() {
        system_config::file::check(file).context("the settings cannot be used")?;
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut conn = service.pool.get_at_last().await;
    version::record(&mut conn)
        .await
        .context("the version cannot be noted")?;
    let media = LocalStore::open(&service.config.media, &mut conn)
        .await
        .context("the media store cannot be used")?;
    if let Err(error) = media.prove(&[Folder::Upload, Folder::Profile]).await {
        // What is there can be looked at all the same.
        tracing::error!(error = %error, "uploads will be refused");
    }
    drop(conn);

    let web_root = match &config.web_root {
        Some(location) => WebRoot::mount(location, service.config.media.file_timeout).await,
        None => None,
    };
    let listener =
        listener::listen(config.host, config.port).with_context(|| format!("cannot listen on port {}", config.port))?;
    let address = listener.local_addr()?;
    let mut parts = MembershipParts::default();
    let metrics = SocketMetrics::default();
    metrics.register(&mut parts.metrics);
    let sockets = Sockets::new(config.sockets.clone(), metrics);
    let live = Live::start(&service, &sockets)?;
    let state = AppState::new(&service, config.clone(), media, sockets.clone(), web_root);
    let unnamed = state.unnamed_proxies.clone();
    let server = serve(state, &config, listener)?;
    let membership = Membership::join(&service, parts).await?;
    let notes = tokio::spawn(unnamed.announce(membership.announcer()));
    tracing::info!(http.address = %address, "listening");

    let handle = server.handle();
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: running requests are finished, no new ones are taken");
        sockets.close_all();
        handle.stop(true).await;
    };
    let (result, ()) = tokio::join!(server, stop);
    drop(live);
    notes.abort();
    membership.leave().await;
    tracing::info!("stopped");
    result.context("the server failed")
}

/// The server, which runs when it is awaited.
///
/// This is what `HttpServer` of the library does, which takes no connections of another type than its own.
fn serve(state: AppState, config: &GatewayConfig, listener: TcpListener) -> std::io::Result<Server> {
    let state = web::Data::new(state);
    let limits = config.http.clone();
    let bodies = web::Data::new(Bodies::new(&limits));
    let proxies = web::Data::new(config.trusted_proxies.clone());
    let server = Server::build()
        .shutdown_timeout(limits.shutdown.as_secs())
        .disable_signals();
    let shutdown = server.graceful_shutdown_signal();
    let serve = move || {
        let (state, bodies, proxies) = (state.clone(), bodies.clone(), proxies.clone());
        let shutdown = shutdown.clone();
        let app = App::new()
            .app_data(state.clone())
            .app_data(bodies)
            .app_data(proxies)
            .configure(|config| drop(resource::register(config, state.web_root.is_none())))
            .wrap(from_fn(canonical::respell))
            .wrap(from_fn(finish::finish))
            .into_factory()
            .map_err(|error: actix_web::Error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let shutdown = shutdown.clone();
                async move { shutdown.notified().await }
            })
            .keep_alive(KeepAlive::Timeout(limits.keep_alive))
            .client_request_timeout(limits.headers)
            .client_disconnect_timeout(limits.linger)
            .on_connect_ext(|connection: &Strict<TcpStream>, data: &mut Extensions| live::remember(connection, data))
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(|connection: TcpStream| async move {
            let peer = connection.peer_addr().ok();
            Ok((Strict::new(connection), peer))
        })
        .and_then(http)
    };
    Ok(server.listen("http", listener, serve)?.run())
}
