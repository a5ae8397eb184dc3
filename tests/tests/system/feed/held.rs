//! Who holds the feed back is named.

use safelight_core::db::feed::{self, Holder};
use safelight_tests::servers::{Postgres, TestDatabase};
use safelight_tests::{TestSystem, wait_until};
use serde_json::Value;

use super::{program, program_at};

/// A database on a server that allows transactions to be prepared.
async fn database() -> TestDatabase {
    TestDatabase::create_on(Postgres::start_preparing().await.unwrap())
        .await
        .unwrap()
}

#[tokio::test]
async fn sessions_of_all_databases_and_prepared_transactions_are_named() {
    let database = database().await;
    let system = TestSystem::builder()
        .database(database)
        .env("SAFELIGHT_FEED_HOLD", "1s")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let here = system.sql().await.unwrap();
    let elsewhere = system.postgres().connect("postgres").await.unwrap();
    let reading = system.sql().await.unwrap();
    elsewhere
        .batch_execute("create table thing (n int); create table other (n int)")
        .await
        .unwrap();

    reading
        .batch_execute("begin isolation level repeatable read; select * from asset")
        .await
        .unwrap();
    elsewhere
        .batch_execute("begin; insert into thing values (1)")
        .await
        .unwrap();
    here.batch_execute("begin; update \"user\" set name = 'held'; prepare transaction 'for''gotten'")
        .await
        .unwrap();
    let pid: i32 = elsewhere
        .query_one("select pg_backend_pid()", &[])
        .await
        .unwrap()
        .get(0);
    let told = async || {
        let notices: Value = admin.get("/api/fleet/notices").await?.ok()?.json()?;
        let held = notices
            .as_array()
            .into_iter()
            .flatten()
            .filter(|notice| notice["code"] == "feedHeld");
        anyhow::Ok(
            held.map(|notice| notice["message"].as_str().unwrap_or_default().to_owned())
                .collect::<Vec<_>>(),
        )
    };
    wait_until("both are named", async || Ok(told().await?.len() == 2))
        .await
        .unwrap();
    let all = told().await.unwrap().join("\n");
    assert!(
        all.contains(&format!("process {pid} of the database postgres")),
        "{all}"
    );
    assert!(all.contains("rollback prepared 'for''gotten'"), "{all}");

    elsewhere.batch_execute("commit").await.unwrap();
    here.batch_execute("rollback prepared 'for''gotten'").await.unwrap();
    wait_until("nobody is named", async || Ok(told().await?.is_empty()))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_role_that_may_not_know_names_the_oldest() {
    let database = database().await;
    let sql = database.connect().await.unwrap();
    let role = "create role plain login; grant select on feed to plain";
    sql.batch_execute(role).await.unwrap();
    let holder = database.connect().await.unwrap();
    holder
        .batch_execute("begin; insert into \"user\" (email) values ('held')")
        .await
        .unwrap();
    let plain_url = database.url().replace("//postgres@", "//plain@");
    let mut plain = program_at(&plain_url).await.unwrap();
    assert!(
        feed::holds(&mut plain, 0.0).await.unwrap().is_empty(),
        "it may not see since when"
    );
    // Something of the server itself may be older for a moment.
    wait_until("the oldest is named", || async {
        feed::care(&mut program(&database).await?, std::time::Duration::from_secs(60)).await?;
        let mut plain = program_at(&plain_url).await?;
        Ok(!feed::holds(&mut plain, 0.0).await?.is_empty())
    })
    .await
    .unwrap();
    let held = feed::holds(&mut plain, 0.0).await.unwrap();
    let [only] = held.as_slice() else { panic!("{held:?}") };
    let pid: i32 = holder.query_one("select pg_backend_pid()", &[]).await.unwrap().get(0);
    assert_eq!(only.holder, Holder::Session(pid.to_string()));
    holder.batch_execute("rollback").await.unwrap();
    assert!(feed::holds(&mut plain, 0.0).await.unwrap().is_empty());
}
