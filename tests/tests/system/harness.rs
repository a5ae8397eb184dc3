//! The harness itself: servers of their own, a database per test, processes that end.

use diesel::sql_types::Text;
use diesel::{QueryableByName, sql_query};
use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::connect;
use safelight_tests::process::{self, Signal};
use safelight_tests::servers::{Postgres, Redis, TestDatabase};
use safelight_tests::{media, wait_until};

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (first, second) = (
        TestDatabase::create().await.unwrap(),
        TestDatabase::create().await.unwrap(),
    );
    let (one, two) = (first.connect().await.unwrap(), second.connect().await.unwrap());
    one.execute("insert into \"user\" (email) values ('a@b.cd')", &[])
        .await
        .unwrap();
    let count: i64 = two
        .query_one("select count(*) from \"user\"", &[])
        .await
        .unwrap()
        .get(0);
    assert_eq!(count, 0);
}

#[tokio::test]
async fn postgres_comes_back_with_its_rows() {
    let server = Postgres::start().await.unwrap();
    let database = TestDatabase::create_on(server.clone()).await.unwrap();
    database
        .connect()
        .await
        .unwrap()
        .execute("insert into \"user\" (email) values ('a@b.cd')", &[])
        .await
        .unwrap();
    server.stop().await.unwrap();
    assert!(database.connect().await.is_err());
    server.run().await.unwrap();
    let rows = database
        .connect()
        .await
        .unwrap()
        .query("select 1 from \"user\"", &[])
        .await
        .unwrap();
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn redis_comes_back_empty() {
    let server = Redis::start().await.unwrap();
    let set = async || {
        let mut connection = server.connect().await?;
        deadpool_redis::redis::cmd("SET")
            .arg("a")
            .arg("b")
            .query_async::<()>(&mut connection)
            .await?;
        anyhow::Ok(())
    };
    let size = async || {
        let mut connection = server.connect().await?;
        anyhow::Ok(
            deadpool_redis::redis::cmd("DBSIZE")
                .query_async::<i64>(&mut connection)
                .await?,
        )
    };
    set().await.unwrap();
    server.stop().await.unwrap();
    assert!(set().await.is_err());
    server.run().await.unwrap();
    assert_eq!(size().await.unwrap(), 0);
    set().await.unwrap();
    server.flush().await.unwrap();
    assert_eq!(size().await.unwrap(), 0);
}

#[tokio::test]
async fn a_killed_process_leaves_no_child() {
    let mut shell = std::process::Command::new("sh");
    shell.args(["-c", "sleep 1000 & wait"]);
    let mut child = process::spawn(shell, Signal::KILL).unwrap();
    let find = || safelight_tests::system::descendants(child.id());
    wait_until("the shell has a child", || async { Ok(find().len() == 1) })
        .await
        .unwrap();
    let below = find();
    process::kill(&mut child).unwrap();
    // A plain shell does leave its child: that is what the check has to notice.
    assert!(below.iter().all(safelight_tests::system::is_alive));
    for seen in &below {
        process::signal(seen.pid, Signal::KILL).unwrap();
    }
    wait_until("it is gone", || async {
        Ok(!below.iter().any(safelight_tests::system::is_alive))
    })
    .await
    .unwrap();
}

#[test]
fn media_are_never_the_same_twice() {
    for make in [media::jpeg, media::png, media::webp] {
        let (one, two) = (make(), make());
        assert_ne!(one, two);
        assert_eq!(image::load_from_memory(&one).unwrap().width(), 64);
    }
}

#[derive(QueryableByName)]
struct Idle {
    #[diesel(sql_type = Text)]
    seconds: String,
}

#[tokio::test]
async fn a_server_asks_after_clients_that_say_nothing() {
    let server = Postgres::start_on("127.0.0.1").await.unwrap();
    let (address, port) = server.address().unwrap();
    let url = format!("postgresql://postgres@{address}:{port}/postgres");
    let config = DatabaseConfig::from_env(&Env::of([("DB_URL", url)])).unwrap();
    let mut conn = connect(&config).await.unwrap();
    let asked = sql_query("select current_setting('tcp_keepalives_idle') as seconds");
    let idle: Idle = diesel_async::RunQueryDsl::get_result(asked, &mut conn).await.unwrap();
    assert_eq!(idle.seconds, "10");
}
