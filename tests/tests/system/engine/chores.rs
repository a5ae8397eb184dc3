//! What has to be done now and then: a beat tells what is due, one process takes it, and tidying finds what there is to do.

use super::*;
use safelight_core::fleet::tidy;
use safelight_core::jobs::engine::beat::beat;

/// The chores that a beat tells.
async fn due(conn: &mut AsyncPgConnection) -> Vec<String> {
    beat(conn, pulse(vec![])).await.unwrap().chores
}

#[tokio::test]
async fn a_beat_tells_the_chores_that_are_due_of_those_it_can_take() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let mut all = due(&mut conn).await;
    all.sort();
    assert_eq!(all, ["leases", "nodes"]);
    run(&mut conn, "update chore set due_at = now() + interval '1 hour'")
        .await
        .unwrap();
    assert!(due(&mut conn).await.is_empty());
    run(
        &mut conn,
        "update chore set due_at = now() where name in ('nodes', 'files')",
    )
    .await
    .unwrap();
    assert_eq!(due(&mut conn).await, ["nodes"]);
}

#[tokio::test]
async fn a_beat_tells_that_a_lease_has_run_out() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let told = async |conn: &mut AsyncPgConnection, lease| {
        let pulse = Pulse { lease, ..pulse(vec![]) };
        beat(conn, pulse).await.unwrap().has_expired
    };
    put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    assert!(!told(&mut conn, Duration::ZERO).await);
    run(&mut conn, "update job set lease_until = now() - interval '1 second'")
        .await
        .unwrap();
    assert!(told(&mut conn, Duration::ZERO).await);
    let age_of_the_earth = Duration::from_secs(86_400 * 365);
    assert!(
        !told(&mut conn, age_of_the_earth).await,
        "it is spared while the server is young"
    );
}

/// What there is before tidying, and the names of the nodes that are not gone, of all nodes, and what is left of the counts.
const CASES: &[(&str, &str)] = &[
    ("heartbeat = now() - interval '29 seconds'", "active, 1 to count"),
    (
        "heartbeat = now() - interval '23 hours', state = 'gone'",
        "gone, 0 to count",
    ),
    (
        "heartbeat = now() - interval '25 hours', state = 'gone'",
        "forgotten, 0 to count",
    ),
];

#[tokio::test]
async fn tidying_notes_who_is_gone_and_keeps_what_they_have_done() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    for (happened, expected) in CASES {
        let world = format!(
            "begin; insert into node (boot, service, host, version) values (gen_random_uuid(), 'api-gateway', 'a', '1'); \
             insert into queue_ended select 'library', boot, 3 from node; update node set {happened}"
        );
        run(&mut conn, &world).await.unwrap();
        tidy(&mut conn).await.unwrap();
        let left = "select coalesce((select state from node), 'forgotten') || ', ' \
            || (select count(*) from queue_ended) || ' to count' as text, \
            (select completed from queue_completed where queue = 'library') as completed";
        let left = diesel::sql_query(left).get_result::<Left>(&mut conn).await.unwrap();
        assert_eq!((left.text.as_str(), left.completed), (*expected, 3), "{happened}");
        run(&mut conn, "rollback").await.unwrap();
    }
}

#[derive(diesel::QueryableByName)]
struct Left {
    #[diesel(sql_type = diesel::sql_types::Text)]
    text: String,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    completed: i64,
}
