//! Open pages: Socket.IO over WebSocket, and the events of all services.

mod connect;
mod ends;
mod events;
mod limits;
mod redis;
mod rights;

use safelight_core::config::{Env, ServiceConfig};
use safelight_core::events::{CommandPool, EventBus};
use safelight_tests::client::account::{ADMIN_EMAIL, ADMIN_PASSWORD};
use safelight_tests::{Client, TestSystem};
use serde_json::{Value, json};

/// A bus as the services of the system have it.
fn bus(system: &TestSystem) -> EventBus {
    let env = Env::of(system.env().iter().map(|(name, value)| (name.clone(), value.clone())));
    let config = ServiceConfig::from_env(&env).unwrap().redis;
    EventBus::new(CommandPool::new(&config).unwrap(), &config)
}

/// The id of a client's account.
async fn id_of(client: &Client) -> String {
    client.get("/api/users/me").await.unwrap().string("/id").unwrap()
}

/// Sends a request that has to succeed, and gives the JSON of the answer, if any.
async fn call(client: &Client, method: &str, path: &str, body: Value) -> Value {
    let body = Some(&body).filter(|body| !body.is_null());
    let answer = client.send(method.parse().unwrap(), path, body).await.unwrap();
    let answer = answer.ok().unwrap();
    answer.json().unwrap_or(Value::Null)
}

/// One more session of the admin, at the gateway `index` only.
async fn admin_at(system: &TestSystem, index: usize) -> Client {
    let client = system.client_of(index).unwrap();
    client.log_in(ADMIN_EMAIL, ADMIN_PASSWORD).await.unwrap()
}

/// A second account, which is no administrator, logged in at the gateway `index`.
async fn somebody_at(system: &TestSystem, index: usize) -> Client {
    let person = system.person("somebody").await.unwrap();
    let authorization = person.headers()["authorization"].to_str().unwrap();
    let client = system.client_of(index).unwrap();
    client.with_header("authorization", authorization).unwrap()
}

/// An event as a test writes it down.
fn event(name: &str, arguments: Value) -> (String, Vec<Value>) {
    let Value::Array(list) = arguments else {
        panic!("{arguments}")
    };
    (name.to_owned(), list)
}

/// The settings once more, as a change of them.
async fn store_settings(admin: &Client) {
    let settings = call(admin, "GET", "/api/system-config", json!(null)).await;
    call(admin, "PUT", "/api/system-config", settings).await;
}
