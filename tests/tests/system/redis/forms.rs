//! One server, under each kind of address and login.

use base64::Engine as _;
use safelight_tests::ports::free_port;
use safelight_tests::servers::{Authority, Redis, RedisProgram};
use serde_json::{Value, json};

use super::{PROTOCOLS, Place};

const PASSWORD: &str = "p@ss/word?";
const ENCODED: &str = "p%40ss%2Fword%3F";

fn ask_password() -> Vec<String> {
    vec![format!("requirepass {PASSWORD}")]
}

/// Somebody who may do with our keys what the services do, and nothing else; the others are locked out.
fn ask_user() -> Vec<String> {
    let commands = "+@read +@write +@stream +@connection +unwatch +info +eval +time +role";
    vec![
        format!("user safelight on >{PASSWORD} ~* {commands}"),
        "user default off".to_owned(),
    ]
}

/// All that is asked of a Redis, under both protocols at once where `variables` has a place for the word.
async fn holds(server: &Redis, name: &str, variables: impl Fn(&str) -> Vec<(&'static str, String)>) {
    let mut places = Vec::new();
    for protocol in PROTOCOLS {
        let variables = variables(protocol);
        if places.is_empty() || variables.iter().any(|(_, value)| value.contains(protocol)) {
            places.push(Place::open(&format!("{name}, {protocol}"), &variables).await);
        }
    }
    works(&mut places).await;
    server.flush().await.unwrap();
    heal(&mut places).await;
    server.stop().await.unwrap();
    server.run().await.unwrap();
    heal(&mut places).await;
}

async fn works(places: &mut [Place]) {
    futures_util::future::join_all(places.iter_mut().map(Place::works)).await;
}

async fn heal(places: &mut [Place]) {
    futures_util::future::join_all(places.iter_mut().map(Place::heals)).await;
    works(places).await;
}

/// A server of each program, one after the other.
async fn on_each(lines: &[String], check: impl AsyncFn(&Redis, &'static str)) {
    for program in RedisProgram::all() {
        let server = Redis::start_with(&program, lines).await.unwrap();
        check(&server, program.name()).await;
    }
}

fn url(text: String) -> Vec<(&'static str, String)> {
    vec![("REDIS_URL", text)]
}

#[tokio::test]
async fn a_server_without_a_login() {
    on_each(&[], async |server, name| {
        holds(server, name, |protocol| {
            url(format!("redis://127.0.0.1:{}?protocol={protocol}", server.port()))
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_password_and_a_database_of_its_own() {
    on_each(&ask_password(), async |server, name| {
        holds(server, name, |protocol| {
            url(format!(
                "redis://:{ENCODED}@127.0.0.1:{}/5?protocol={protocol}",
                server.port()
            ))
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_user_with_few_rights() {
    on_each(&ask_user(), async |server, name| {
        holds(server, name, |protocol| {
            url(format!(
                "redis://safelight:{ENCODED}@127.0.0.1:{}?protocol={protocol}",
                server.port()
            ))
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_socket() {
    on_each(&ask_user(), async |server, name| {
        holds(server, name, |protocol| {
            let socket = server.socket();
            url(format!(
                "redis+unix://safelight:{ENCODED}@{}?db=2&protocol={protocol}",
                socket.display()
            ))
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn tls_with_an_authority_of_its_own() {
    let authority = Authority::make().unwrap();
    for program in RedisProgram::all() {
        if !program.has_tls() {
            eprintln!("SKIPPED on {}: it was built without TLS", program.name());
            continue;
        }
        let port = free_port().unwrap();
        let lines = [authority.redis_lines(port), ask_password()].concat();
        let server = Redis::start_with(&program, &lines).await.unwrap();
        holds(&server, program.name(), |protocol| {
            let trusted = authority.certificate().display().to_string();
            let url = format!("rediss://:{ENCODED}@127.0.0.1:{port}/1?protocol={protocol}");
            vec![("REDIS_URL", url), ("REDIS_SSL_ROOT_CERT", trusted)]
        })
        .await;
    }
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused() {
    let (authority, other) = (Authority::make().unwrap(), Authority::make().unwrap());
    let port = free_port().unwrap();
    let server = Redis::start_with(&RedisProgram::redis(), &authority.redis_lines(port))
        .await
        .unwrap();
    let answers = async |trusted: &Authority| {
        let config = super::place::config(&[
            ("REDIS_URL", format!("rediss://127.0.0.1:{port}")),
            ("REDIS_SSL_ROOT_CERT", trusted.certificate().display().to_string()),
        ]);
        let commands = safelight_core::events::CommandPool::new(&config).unwrap();
        let ping = deadpool_redis::redis::cmd("PING");
        let mut answer = commands.query::<String>(&ping).await;
        if answer.is_err() {
            // A handshake on a busy machine may take longer than one command has.
            answer = commands.query(&ping).await;
        }
        let mut reader = safelight_core::events::EventReader::open(&config).unwrap();
        (answer.is_ok(), reader.next().await.is_ok())
    };
    assert_eq!(answers(&authority).await, (true, true));
    assert_eq!(answers(&other).await, (false, false));
    drop(server);
}

/// `ioredis://` as it stands in the `.env` of somebody who comes from Immich.
fn ioredis(options: &Value) -> Vec<(&'static str, String)> {
    let encoded = base64::engine::general_purpose::STANDARD.encode(options.to_string());
    url(format!("ioredis://{encoded}"))
}

#[tokio::test]
async fn the_options_and_variables_of_an_immich_env() {
    on_each(&ask_user(), async |server, name| {
        let login =
            json!({"host": "127.0.0.1", "port": server.port(), "username": "safelight", "password": PASSWORD, "db": 3});
        holds(server, &format!("{name}, ioredis"), |_| ioredis(&login)).await;
        let socket = json!({"path": server.socket(), "username": "safelight", "password": PASSWORD});
        holds(server, &format!("{name}, ioredis over a socket"), |_| ioredis(&socket)).await;
        holds(server, &format!("{name}, variables"), |_| {
            vec![
                ("REDIS_HOSTNAME", "127.0.0.1".to_owned()),
                ("REDIS_PORT", server.port().to_string()),
                ("REDIS_USERNAME", "safelight".to_owned()),
                ("REDIS_PASSWORD", PASSWORD.to_owned()),
                ("REDIS_DBINDEX", "1".to_owned()),
            ]
        })
        .await;
    })
    .await;
}
