//! The code of an error comes through on every kind of line.

use diesel::sql_query;
use diesel_async::RunQueryDsl as _;
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::{connect, sqlstate};
use safelight_tests::servers::{Authority, Postgres};

async fn told_by(url: &str, mode: &str) -> (Option<String>, bool) {
    let env = Env::of([("DB_URL", url.to_owned()), ("DB_SSL_MODE", mode.to_owned())]);
    let config = DatabaseConfig::from_env(&env).unwrap();
    let mut conn = connect(&config).await.unwrap();
    let encrypted = sql_query("select from pg_stat_ssl where pid = pg_backend_pid() and ssl").execute(&mut conn);
    let encrypted = encrypted.await.unwrap() == 1;
    let error = sql_query("select 1/0").execute(&mut conn).await.unwrap_err();
    // And the line is in order afterwards, for answers of any length.
    let long = sql_query("select repeat('x', 1000000) from generate_series(1, 20)").execute(&mut conn);
    assert_eq!(long.await.unwrap(), 20);
    (sqlstate(&error).map(str::to_owned), encrypted)
}

#[tokio::test]
async fn an_error_has_its_code_on_every_kind_of_line() {
    let server = Postgres::start_on("127.0.0.1").await.unwrap();
    let (address, port) = server.address().unwrap();
    let url = format!("postgresql://postgres@{address}:{port}/postgres");
    let code = Some("22012".to_owned());
    assert_eq!(told_by(&server.url("postgres"), "prefer").await, (code.clone(), false));
    for mode in ["disable", "prefer"] {
        assert_eq!(told_by(&url, mode).await, (code.clone(), false), "{mode}");
    }
    server.encrypt(&Authority::make().unwrap()).await.unwrap();
    for mode in ["prefer", "require"] {
        assert_eq!(told_by(&url, mode).await, (code.clone(), true), "{mode}");
    }
    assert_eq!(told_by(&url, "disable").await, (code, false));
}
