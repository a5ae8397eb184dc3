//! Answers that were kept for long: by a gateway that was halted, over a log that was shortened, and over a move of the database.

use safelight_core::config::{DatabaseConfig, Env};
use safelight_core::db::{connect, feed};
use safelight_tests::Kind;
use safelight_tests::Signal;

use super::{LONG, Stage, answers, number, photo};

#[tokio::test]
async fn a_gateway_that_was_halted_tells_nothing_old() {
    let stage = Stage::of(1).await.unwrap();
    let person = &stage.people[0];
    let sql = stage.system.sql().await.unwrap();
    for number in 0..9 {
        sql.batch_execute(&photo(&person.id, number)).await.unwrap();
    }
    stage.compare().await.unwrap();
    let halted = stage.system.service(Kind::ApiGateway, 0).unwrap();
    halted.signal(Signal::STOP).unwrap();
    for number in 9..12 {
        sql.batch_execute(&photo(&person.id, number)).await.unwrap();
    }
    // This one is asked while it stands still.
    let asked = tokio::spawn({
        let client = person.clients[0].clone();
        async move { answers(&client).await.unwrap() }
    });
    let plain = person.plain().await.unwrap();
    halted.signal(Signal::CONT).unwrap();
    assert_eq!(asked.await.unwrap(), plain);
    stage.compare().await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_compared_is_made_anew() {
    let stage = Stage::of(1).await.unwrap();
    let person = &stage.people[0];
    let sql = stage.system.sql().await.unwrap();
    sql.batch_execute(&photo(&person.id, 1)).await.unwrap();
    stage.compare().await.unwrap();
    let env = Env::of([("DB_URL", stage.system.database().url())]);
    let mut conn = connect(&DatabaseConfig::from_env(&env).unwrap()).await.unwrap();

    // The lines that tell of the second photo are a day old and gone.
    sql.batch_execute(&photo(&person.id, 2)).await.unwrap();
    sql.batch_execute("update touched set at = at - interval '25 hours'")
        .await
        .unwrap();
    feed::care(&mut conn, LONG).await.unwrap();
    assert_eq!(number(&sql, "select count(*) from touched").await, 0);
    stage.compare().await.unwrap();

    // The rows are from elsewhere: nothing tells what was changed on the way.
    sql.batch_execute(
        "set session_replication_role = replica; delete from asset; reset session_replication_role; \
        update feed set place = 'elsewhere'",
    )
    .await
    .unwrap();
    feed::care(&mut conn, LONG).await.unwrap();
    stage.compare().await.unwrap();
}
