use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A peer gets this long to send its request.
const HEADER_DEADLINE: Duration = Duration::from_secs(5);

/// What a service knows of its own health.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthState {
    /// It can do its work.
    pub ready: bool,
    /// What is wrong, for people; a degraded service is ready and has reasons.
    pub reasons: Vec<String>,
}

/// Answers probes and scrapes.
pub struct Health {
    registry: Mutex<Registry>,
    state: Box<dyn Fn() -> HealthState + Send + Sync>,
}

impl Health {
    /// Of a registry, and a function that says how things stand.
    pub fn new(registry: Registry, state: impl Fn() -> HealthState + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self {
            registry: Mutex::new(registry),
            state: Box::new(state),
        })
    }

    /// How things stand.
    pub fn state(&self) -> HealthState {
        (self.state)()
    }

    /// The metrics in the text format of `OpenMetrics`.
    pub fn metrics(&self) -> String {
        let mut text = String::new();
        let registry = self.registry.lock().unwrap_or_else(PoisonError::into_inner);
        // Writing to a string cannot fail.
        let _ = prometheus_client::encoding::text::encode(&mut text, &registry);
        text
    }

    fn answer(&self, method: &Method, path: &str) -> (StatusCode, &'static str, String) {
        if method != Method::GET && method != Method::HEAD {
            return (StatusCode::METHOD_NOT_ALLOWED, "text/plain", String::new());
        }
        match path {
            "/livez" => (StatusCode::OK, "text/plain", "alive\n".to_owned()),
            "/readyz" => {
                let state = self.state();
                let status = if state.ready {
                    StatusCode::OK
                } else {
                    StatusCode::SERVICE_UNAVAILABLE
                };
                let body = serde_json::json!({ "ready": state.ready, "reasons": state.reasons });
                (status, "application/json", body.to_string())
            }
            "/metrics" => {
                let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
                (StatusCode::OK, kind, self.metrics())
            }
            _ => (StatusCode::NOT_FOUND, "text/plain", "not found\n".to_owned()),
        }
    }
}

/// The small HTTP server of `/livez`, `/readyz` and `/metrics` that every binary runs.
pub struct HealthServer {
    address: Option<SocketAddr>,
    task: Option<JoinHandle<()>>,
}

impl HealthServer {
    /// Binds `wanted`. A port in use never stops a service: any other free one is taken and logged; without any, the
    /// service runs without.
    pub async fn start(wanted: SocketAddr, health: Arc<Health>) -> Self {
        let Some(listener) = bind(wanted).await else {
            return Self {
                address: None,
                task: None,
            };
        };
        let address = listener.local_addr().ok();
        if let Some(address) = address {
            tracing::info!(address = %address, "health and metrics are served");
        }
        Self {
            address,
            task: Some(tokio::spawn(serve(listener, health))),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }
}

impl Drop for HealthServer {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn bind(wanted: SocketAddr) -> Option<TcpListener> {
    for address in [wanted, SocketAddr::new(wanted.ip(), 0)] {
        match TcpListener::bind(address).await {
            Ok(listener) => return Some(listener),
            Err(error) => tracing::warn!(address = %address, error = %error, "health and metrics cannot listen here"),
        }
    }
    None
}

async fn serve(listener: TcpListener, health: Arc<Health>) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let health = health.clone();
        tokio::spawn(async move {
            let service = service_fn(|request| std::future::ready(Ok::<_, Infallible>(respond(&health, &request))));
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_DEADLINE)
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

fn respond(health: &Health, request: &Request<hyper::body::Incoming>) -> Response<Full<Bytes>> {
    let (status, kind, body) = health.answer(request.method(), request.uri().path());
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    response
}
