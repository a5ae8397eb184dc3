//! What the fleet does now and then, while whatever a chore needs is slow, locked or wrong.

use std::time::Duration;

use safelight_tests::scripted::{Order, Script};
use safelight_tests::wait::wait_until_for;
use safelight_tests::{Kind, TestSystem, wait_until};
use serde_json::Value;

use crate::scripted::Troupe;

/// The longest silence of any node, in milliseconds.
const SILENCE: &str =
    "select (extract(epoch from now() - min(heartbeat)) * 1000)::bigint from node where state <> 'gone'";
/// A chore that cannot end is given up after this time.
const DEADLINE: (&str, &str) = ("SAFELIGHT_CHORE_DEADLINE", "1s");
/// A lease, as [`Troupe`] has it: four beats.
const LEASE_MS: i64 = 2_000;

/// Watches that everybody beats, for as long as three leases.
async fn everybody_beats(troupe: &Troupe) {
    let longest = std::cell::Cell::new(0);
    let end = std::time::Instant::now() + Duration::from_secs(6);
    wait_until("three leases are over", async || {
        longest.set(longest.get().max(troupe.number(SILENCE).await?));
        Ok(std::time::Instant::now() > end)
    })
    .await
    .unwrap();
    let longest = longest.get();
    assert!(longest < 2 * LEASE_MS, "a node was silent for {longest} ms");
}

async fn error_of(troupe: &Troupe, chore: &str) -> Option<String> {
    let row = troupe
        .sql
        .query_one("select error from chore where name = $1", &[&chore])
        .await
        .unwrap();
    row.get(0)
}

#[tokio::test]
async fn chores_that_cannot_end_delay_no_beat_and_no_other_chore() {
    let troupe = Troupe::of(2, &[DEADLINE]).await.unwrap();
    for _ in 0..2 {
        troupe.system.start_with(Kind::MetadataWorker, &[]).await.unwrap();
    }
    // A job that takes longer than several leases: whoever misses beats loses it.
    troupe
        .put::<Script>(&Order::default().after(Duration::from_secs(60)), 0)
        .await
        .unwrap();
    let other = troupe.system.sql().await.unwrap();
    let lock = "begin; lock table schedule, file_intent in access exclusive mode";
    wait_until("the schedules are there", async || {
        Ok(troupe.number("select count(*) from schedule").await? == 3)
    })
    .await
    .unwrap();
    other.batch_execute(lock).await.unwrap();
    everybody_beats(&troupe).await;
    wait_until("both chores say that they failed", async || {
        Ok(error_of(&troupe, "schedules").await.is_some() && error_of(&troupe, "files").await.is_some())
    })
    .await
    .unwrap();
    assert_eq!(error_of(&troupe, "nodes").await, None);
    let lost = "select count(*) from job where losses = 1";
    assert_eq!(troupe.number(lost).await.unwrap(), 0, "the job was lost");
    // Who holds it does not know this lease, as if it were gone.
    let overtake =
        "update job set lease_until = now() - interval '1 second', lease = nextval('job_lease') where state = 'active'";
    assert_eq!(troupe.sql.execute(overtake, &[]).await.unwrap(), 1);
    wait_until("it is taken back", async || Ok(troupe.number(lost).await? == 1))
        .await
        .unwrap();
    other.batch_execute("rollback").await.unwrap();
    wait_until("both chores are well again", async || {
        Ok(error_of(&troupe, "schedules").await.is_none() && error_of(&troupe, "files").await.is_none())
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_schedule_with_a_wrong_pattern_delays_no_beat_and_no_other_schedule() {
    let troupe = Troupe::of(0, &[]).await.unwrap();
    for _ in 0..2 {
        troupe.system.start(Kind::MetadataWorker).await.unwrap();
    }
    let count = "select count(*) from schedule";
    wait_until("the schedules are there", async || Ok(troupe.number(count).await? == 3))
        .await
        .unwrap();
    let wrong =
        "update schedule set next_run = now(), cron = case when name like '%cleanup' then 'whenever' else cron end";
    troupe.sql.batch_execute(wrong).await.unwrap();
    everybody_beats(&troupe).await;
    let started = "select count(*) from schedule where next_run > now()";
    wait_until(
        "the others are started",
        async || Ok(troupe.number(started).await? == 2),
    )
    .await
    .unwrap();
    let error = error_of(&troupe, "schedules").await.unwrap_or_default();
    assert!(
        error.contains("nightly.database-cleanup") && error.contains("whenever"),
        "{error}"
    );
}

#[tokio::test]
async fn a_chore_that_several_want_at_once_is_done_by_one() {
    let troupe = Troupe::of(3, &[("SAFELIGHT_LEASE", "8s")]).await.unwrap();
    let first = "select count(*) from chore where name = 'nodes' and ended_at >= started_at";
    wait_until("it was done once", async || Ok(troupe.number(first).await? == 1))
        .await
        .unwrap();
    let notes = "create table begun (name text); \
        create function note() returns trigger language plpgsql as \
        'begin insert into begun (name) values (new.name); return new; end'; \
        create trigger note after update on chore for each row when (new.started_at is distinct from old.started_at) \
        execute function note(); \
        update chore set due_at = now() + interval '3 seconds', started_at = now() - interval '1 minute', ended_at = now() - interval '1 minute' \
        where name = 'nodes'; \
        truncate begun";
    troupe.sql.batch_execute(notes).await.unwrap();
    let other = troupe.system.sql().await.unwrap();
    other
        .batch_execute("begin; select from chore where name = 'nodes' for update")
        .await
        .unwrap();
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
        and wait_event_type = 'Lock' and query like '%update chore%'";
    wait_until("all three want it", async || Ok(troupe.number(waiting).await? == 3))
        .await
        .unwrap();
    other.batch_execute("rollback").await.unwrap();
    wait_until("nobody waits for it", async || {
        Ok(troupe.number(waiting).await? == 0 && troupe.number(first).await? == 1)
    })
    .await
    .unwrap();
    let begun = "select count(*) from begun where name = 'nodes'";
    assert_eq!(troupe.number(begun).await.unwrap(), 1);
}

#[tokio::test]
async fn administrators_see_how_each_chore_went() {
    let system = TestSystem::builder()
        .workers(&[Kind::MetadataWorker])
        .env("SAFELIGHT_LEASE", "2s")
        .start()
        .await
        .unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let names = ["feed", "files", "leases", "nodes", "schedules"];
    let done =
        |chore: &Value| chore["startedAt"].is_string() && chore["durationMs"].is_number() && chore["error"].is_null();
    wait_until("each was done", async || {
        let chores = admin.get_json("/api/fleet/chores").await?;
        let chores = chores.as_array().unwrap();
        let seen: Vec<&str> = chores.iter().filter_map(|chore| chore["name"].as_str()).collect();
        assert_eq!(seen, names);
        Ok(chores.iter().all(done))
    })
    .await
    .unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute("alter table file_intent rename to elsewhere")
        .await
        .unwrap();
    wait_until_for(Duration::from_secs(30), "one says why it failed", async || {
        let chores = admin.get_json("/api/fleet/chores").await?;
        Ok(chores[1]["error"]
            .as_str()
            .is_some_and(|error| error.contains("file_intent")))
    })
    .await
    .unwrap();
    let client = system.client();
    assert_eq!(client.get("/api/fleet/chores").await.unwrap().status, 401);
}
