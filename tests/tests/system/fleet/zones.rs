//! One zone for the nights of all nodes, wherever they stand.

use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::json;

/// The zones of the schedules, and how many nights lie between now and their next run.
const ROWS: &str = "select count(*), count(distinct zone), min(zone),
    bool_and(next_run > now() and next_run <= now() + interval '25 hours')
from schedule";

#[tokio::test]
async fn workers_in_two_zones_count_the_same_nights_and_do_their_tasks_once() {
    let system = TestSystem::builder()
        .env("SAFELIGHT_LEASE", "2s")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    let zone = async || admin.get_json("/api/fleet/time-zone").await.unwrap();
    assert_eq!(zone().await, json!({ "timeZone": "UTC" }));

    let schedules = async || {
        let row = sql.query_one(ROWS, &[]).await?;
        let zone: Option<String> = row.get(2);
        anyhow::Ok((
            row.get::<_, i64>(0),
            row.get::<_, i64>(1),
            zone.unwrap_or_default(),
            row.get::<_, Option<bool>>(3),
        ))
    };
    system
        .start_with(Kind::MetadataWorker, &[("TZ", "Europe/Berlin")])
        .await
        .unwrap();
    wait_until("the first has written the schedules", async || {
        Ok(schedules().await?.0 == 3)
    })
    .await
    .unwrap();
    let second = system
        .start_with(Kind::MetadataWorker, &[("TZ", "America/Denver")])
        .await
        .unwrap();
    wait_until("the second has looked at them", async || {
        Ok(second.log().contains("in the zone of the installation"))
    })
    .await
    .unwrap();
    assert_eq!(
        schedules().await.unwrap(),
        (3, 1, "Europe/Berlin".to_owned(), Some(true))
    );
    assert_eq!(zone().await, json!({ "timeZone": "Europe/Berlin" }));

    // Three nights were missed, and are made up once: five kinds of clean-up, the counting of bytes (of one account, then of
    // none) and the look for missing pictures.
    sql.batch_execute("update schedule set next_run = next_run - interval '4 days'")
        .await
        .unwrap();
    let done = "select coalesce(sum(completed), 0)::bigint, (select count(*) from job), \
        (select count(*) from schedule where next_run < now()) from queue_completed";
    wait_until("the tasks of the night are done", async || {
        let row = sql.query_one(done, &[]).await?;
        let counts: [i64; 3] = [row.get(0), row.get(1), row.get(2)];
        anyhow::ensure!(counts == [8, 0, 0], "done, left, due: {counts:?}");
        Ok(true)
    })
    .await
    .unwrap();

    let moved = admin
        .put("/api/fleet/time-zone", &json!({ "timeZone": "Asia/Tokyo" }))
        .await
        .unwrap();
    assert_eq!(
        moved.expect(200).unwrap().json().unwrap(),
        json!({ "timeZone": "Asia/Tokyo" })
    );
    assert_eq!(schedules().await.unwrap(), (3, 1, "Asia/Tokyo".to_owned(), Some(true)));
    let hour: String = sql
        .query_one(
            "select distinct to_char(next_run at time zone 'Asia/Tokyo', 'HH24:MI') from schedule",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(hour, "00:00");
    for wrong in [
        json!({}),
        json!({ "timeZone": "Mars/Olympus" }),
        json!({ "timeZone": 7 }),
    ] {
        assert_eq!(
            admin.put("/api/fleet/time-zone", &wrong).await.unwrap().status,
            400,
            "{wrong}"
        );
    }
}
