//! What this node cannot do, or nobody yet, costs it nothing.

use super::*;
use crate::scripted::Troupe;
use safelight_core::jobs::engine::beat::{BEAT, beat};
use safelight_core::jobs::engine::{CLAIM, CLAIM_SUSPECT};
use safelight_tests::scripted::{Order, Script};
use safelight_tests::wait_until;

/// Rows that no claim of [`limits`] may take, many of each.
const FOREIGN: &str = "
insert into job (id, queue, kind, dedup_key, payload, payload_version, class, requires, state, run_at, losses)
select gen_random_uuid(), 'thumbnailGeneration', kind, concat(kind, version, losses, run_at, requires, n), '{}', version, class,
    requires, case when run_at > now() then 'delayed' else 'waiting' end, run_at, losses
from (values
    ('AssetGenerateThumbnails', 1, 1, '{decode.heic}'::text[], now(), 0),
    ('AssetGenerateThumbnails', 1, 2, '{decode.heic}', now(), 2),
    ('AssetGenerateThumbnails', 2, 1, '{}', now(), 0),
    ('AssetGenerateThumbnails', 1, 0, '{}', now() + interval '1 hour', 0),
    ('KindOfAnotherRelease', 1, 0, '{}', now(), 0)
) as lane (kind, version, class, requires, run_at, losses), generate_series(1, $) n";

#[derive(diesel::QueryableByName)]
struct PlanLine {
    #[diesel(sql_type = diesel::sql_types::Text, column_name = "QUERY PLAN")]
    line: String,
}

/// What Postgres does for a statement of a worker's session, which plans it once, whatever it is given; and how many pages it
/// looks at.
async fn explained(config: &DatabaseConfig, types: &str, statement: &str, values: &str) -> (String, u64) {
    let pool = db::pool(config, 1, db::Planning::Once).unwrap();
    let mut conn = pool.get().await.unwrap();
    run(&mut conn, &format!("prepare asked ({types}) as {statement}"))
        .await
        .unwrap();
    let explain = format!("explain (analyze, buffers, timing off, summary off) execute asked({values})");
    let mut lines = Vec::new();
    // The first time it reads what it needs to know of tables.
    for _ in 0..2 {
        lines = diesel::sql_query(&explain).load::<PlanLine>(&mut conn).await.unwrap();
    }
    let text = lines.into_iter().map(|line| line.line).collect::<Vec<_>>().join("\n");
    let pages = |line: &str| {
        let numbers = line.split("hit=").nth(1).unwrap_or_default();
        let word = |name: &str| {
            line.split(name)
                .nth(1)
                .and_then(|rest| rest.split(' ').next()?.parse::<u64>().ok())
        };
        numbers
            .split(' ')
            .next()
            .and_then(|hit| hit.parse::<u64>().ok())
            .unwrap_or_default()
            + word("read=").unwrap_or_default()
    };
    let most = text.lines().map(pages).max().unwrap_or_default();
    (text, most)
}

const CLAIM_TYPES: &str = "text, text[], int[], text[], bigint, float8, uuid, bool";
const CLAIM_VALUES: &str = "'thumbnailGeneration', '{AssetGenerateThumbnails}', '{1}', '{}', 200, 10, '00000000-0000-0000-0000-000000000007', false";
const BEAT_TYPES: &str =
    "uuid, bigint[], real[], float8, text, text, jsonb, int, text[], int[], text[], text[], text[]";
const BEAT_VALUES: &str = "'00000000-0000-0000-0000-000000000007', '{}', '{}', 10, 'active', null, '{}', 0, \
    '{AssetGenerateThumbnails}', '{1}', '{thumbnailGeneration}', '{}', '{leases}'";

/// More than a statement needs that reads a row of each lane.
const FEW_PAGES: u64 = 200;

/// Looks at all three statements; each must find what there is, or that there is nothing, by an index and a few pages.
pub(crate) async fn is_cheap(config: &DatabaseConfig, when: &str) {
    for (name, types, statement, values) in [
        ("claim", CLAIM_TYPES, CLAIM, CLAIM_VALUES),
        ("claim of a suspect", CLAIM_TYPES, CLAIM_SUSPECT, CLAIM_VALUES),
        ("beat", BEAT_TYPES, BEAT, BEAT_VALUES),
    ] {
        let (plan, pages) = explained(config, types, statement, values).await;
        assert!(!plan.contains("Seq Scan on job"), "{name}, {when}: {plan}");
        assert!(pages < FEW_PAGES, "{name} reads {pages} pages, {when}: {plan}");
    }
}

#[tokio::test]
async fn rows_that_nobody_can_do_are_stepped_over_by_claims_and_beats() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    is_cheap(&jobs.config, "of an empty table").await;
    run(&mut conn, &FOREIGN.replace('$', "20000")).await.unwrap();
    is_cheap(&jobs.config, "of a table that nobody has analyzed").await;
    run(&mut conn, "analyze job").await.unwrap();
    is_cheap(&jobs.config, "of a table that was analyzed").await;
    assert!(claim(&mut conn, limits(200)).await.unwrap().is_empty());
    let ready = async |conn: &mut AsyncPgConnection| beat(conn, pulse(vec![])).await.unwrap().ready;
    assert!(
        ready(&mut conn).await.is_empty(),
        "a beat calls no queue ready for them"
    );
    put(&mut conn, thumbnails(Uuid::nil()).class(Class::Bulk))
        .await
        .unwrap();
    assert_eq!(ready(&mut conn).await, ["thumbnailGeneration"]);
    let rows = claim(&mut conn, limits(200)).await.unwrap();
    assert_eq!(rows.len(), 1, "the one behind all the others");
}

#[tokio::test]
async fn lanes_of_one_class_take_turns_by_who_waited_longest() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let lane = "insert into job (id, queue, kind, dedup_key, payload, payload_version, class, requires, run_at)
        select gen_random_uuid(), 'thumbnailGeneration', 'AssetGenerateThumbnails', requires || n, '{}', 1, 1, requires::text[],
            now() - interval '1 minute' - n * interval '2 second' - late * interval '1 second'
        from (values ('{}', 0), ('{decode.heic}', 1)) as lane (requires, late), generate_series(1, 3) n";
    run(&mut conn, lane).await.unwrap();
    let capabilities = ["decode.heic".to_owned()];
    let able = ClaimLimits {
        capabilities: &capabilities,
        ..limits(1)
    };
    let mut order = Vec::new();
    while let Some(row) = claim(&mut conn, able).await.unwrap().pop() {
        order.push(row.dedup_key.unwrap());
    }
    let expected = [
        "{decode.heic}3",
        "{}3",
        "{decode.heic}2",
        "{}2",
        "{decode.heic}1",
        "{}1",
    ];
    assert_eq!(order, expected);
}

#[tokio::test]
async fn a_change_of_the_settings_brings_back_what_was_found_to_be_required() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let lanes = "insert into job (id, queue, kind, payload, payload_version, class, requires, requires_settings)
        select gen_random_uuid(), 'thumbnailGeneration', 'AssetGenerateThumbnails', '{}', 1, 1, '{decode.heic}', version
        from unnest('{3, 4, null}'::bigint[]) version";
    run(&mut conn, lanes).await.unwrap();
    let settings = |version: i64| {
        format!(
            "insert into system_metadata (key, value, version) values ('system-config', '{{}}', {version}) \
             on conflict (key) do update set version = excluded.version"
        )
    };
    for (version, expected) in [(3, 0), (4, 1), (5, 1), (6, 0)] {
        run(&mut conn, &settings(version)).await.unwrap();
        let ready = beat(&mut conn, pulse(vec![])).await.unwrap().ready;
        assert_eq!(ready.len(), usize::from(expected > 0), "beat under version {version}");
        let claimed = claim(&mut conn, limits(10)).await.unwrap().len();
        assert_eq!(claimed, expected, "under version {version}");
    }
}

#[tokio::test]
async fn several_processes_that_cannot_do_what_waits_stand_still() {
    let troupe = Troupe::of(3, &[]).await.unwrap();
    let rows = "insert into job (id, queue, kind, payload, payload_version, class, requires)
        select gen_random_uuid(), 'migration', 'TestScript', '{}', 1, 0, '{a.miracle}' from generate_series(1, 20000)";
    troupe.sql.batch_execute(rows).await.unwrap();
    let beats = "select count(*) from node where heartbeat > (select max(created_at) from job) + interval '2 seconds'";
    wait_until("everybody has beaten several times", async || {
        Ok(troupe.number(beats).await? == 3)
    })
    .await
    .unwrap();
    for worker in troupe.system.services() {
        let url = format!("{}/metrics", worker.health_url());
        let metrics = reqwest::get(url).await.unwrap().text().await.unwrap();
        let claims = metrics
            .lines()
            .find_map(|line| line.strip_prefix("safelight_claims_total "));
        let claims: u64 = claims.expect("claims are counted").parse().unwrap();
        // One when it starts, and one when a slot's number changes.
        assert!(claims < 10, "{claims} claims for what it cannot do");
    }
    troupe.put::<Script>(&Order::default(), 0).await.unwrap();
    let left = "select count(*) from job where requires = '{}'";
    wait_until("the one that can be done is done", async || {
        Ok(troupe.number(left).await? == 0)
    })
    .await
    .unwrap();
}
