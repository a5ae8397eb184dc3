//! What is done at night, with the real worker: singletons that go over the library in slices.

use safelight_tests::{Kind, million, wait_until};

use super::Ledger;

/// Assets that one slice looks at, each with its files.
const SLICE: u64 = 5_000;

/// The last part of the library, and what has no part.
const ORDERS: &str = "
insert into job (id, queue, kind, payload, payload_version, class) values
    (uuid_v7(), 'backgroundTask', 'AssetGenerateThumbnailsQueueAll', '{\"after\": \"fd000000-0000-4000-8000-000000000000\"}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'AssetDeleteCheck', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'AssetEmptyTrash', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'UserSyncUsage', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'UserDeleteCheck', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'SessionCleanup', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'NotificationsCleanup', '{}', 1, 0),
    (uuid_v7(), 'backgroundTask', 'AuditTableCleanup', '{}', 1, 0)";

#[tokio::test]
async fn nightly_tasks_look_at_the_library_in_slices() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let sql = turn.system().sql().await.unwrap();
    let worker = turn.system().start(Kind::MetadataWorker).await.unwrap();
    let asking = async {
        sql.batch_execute(ORDERS).await?;
        wait_until("the night is over", async || {
            let left = "select count(*) from job where queue = 'backgroundTask' and state <> 'parked'";
            Ok(sql.query_one(left, &[]).await?.get::<_, i64>(0) == 0)
        })
        .await
    };
    let plans = turn.plans(asking).await;
    worker.kill().unwrap();
    let plans = plans.unwrap();
    let slices = plans
        .iter()
        .filter(|plan| plan.statement.contains("from (select id from asset where id >"));
    assert!(slices.count() >= 2, "{plans:#?}");
    let usage = plans.iter().filter(|plan| plan.statement.contains("asset_count kept"));
    let usage: Vec<_> = usage.cloned().collect();
    ledger.hold("what a hundred accounts have stored", &usage, 100 * 40);
    ledger.hold("nightly tasks", &plans, SLICE * 10);
    assert_eq!(parked(&turn).await, 0);
    ledger.close();
}

async fn parked(turn: &million::Turn) -> usize {
    let parked = "select id from job where queue = 'backgroundTask'";
    turn.ids(parked).await.unwrap().len()
}
