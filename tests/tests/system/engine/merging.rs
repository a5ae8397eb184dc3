//! Enqueueing what waits already, or runs already.

use super::*;
use safelight_core::jobs::{BulkOptions, enqueue_set};

const ONE_ROW: &str = "select row(class, source, force, notify, state)::text from job";

#[tokio::test]
async fn a_bulk_row_never_swallows_what_an_upload_asked_for() {
    for upload_first in [true, false] {
        let jobs = Jobs::new().await.unwrap();
        let mut conn = jobs.conn().await.unwrap();
        let id = Uuid::new_v4();
        let upload = thumbnails(id).class(Class::Normal).source(Source::Upload).notify(true);
        let bulk = thumbnails(id).class(Class::Bulk).force(true);
        let (first, second) = if upload_first { (upload, bulk) } else { (bulk, upload) };
        put(&mut conn, first).await.unwrap();
        put(&mut conn, second).await.unwrap();
        assert_eq!(
            jobs.value(ONE_ROW).await.unwrap(),
            "(1,upload,t,t,waiting)",
            "upload first: {upload_first}"
        );
    }
}

#[tokio::test]
async fn a_run_over_the_library_is_one_statement_and_merges() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let uploaded = Uuid::from_u128(3);
    put(&mut conn, thumbnails(uploaded).source(Source::Upload))
        .await
        .unwrap();
    let mut wakes = Wakes::default();
    let options = BulkOptions {
        force: true,
        ..BulkOptions::default()
    };
    let subjects = "select lpad(to_hex(n), 32, '0')::uuid as id from generate_series(1, 1000) n";
    let rows = enqueue_set::<GenerateThumbnails>(&mut conn, &mut wakes, options, subjects)
        .await
        .unwrap();
    assert_eq!(rows, 1000);
    assert_eq!(jobs.value("select count(*) from job").await.unwrap(), "1000");
    let first = claim(&mut conn, limits(1)).await.unwrap().remove(0);
    assert_eq!(first.dedup_key, Some(uploaded.to_string()));
    assert!(first.force && first.source.as_deref() == Some("upload"));
    let versions = jobs
        .value("select count(*) from job where substr(id::text, 15, 1) <> '7'")
        .await
        .unwrap();
    assert_eq!(versions, "0", "ids must be UUIDs of version 7");
}

#[tokio::test]
async fn a_delayed_row_becomes_claimable_when_it_is_asked_for_now() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let id = Uuid::new_v4();
    put(&mut conn, thumbnails(id).delay(Duration::from_secs(3_600)))
        .await
        .unwrap();
    put(&mut conn, thumbnails(id)).await.unwrap();
    assert_eq!(claim(&mut conn, limits(5)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_twin_waits_for_the_active_one_and_takes_its_past_when_it_goes_back() {
    use safelight_core::jobs::engine::{GiveBack, give_back};
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let id = Uuid::new_v4();
    let active = put_and_claim(&mut conn, id).await.unwrap();
    put(&mut conn, thumbnails(id).class(Class::Bulk)).await.unwrap();
    assert!(
        claim(&mut conn, limits(5)).await.unwrap().is_empty(),
        "the twin must wait"
    );
    let back = GiveBack {
        lease: active.lease,
        failures: 1,
        illnesses: 0,
        delay: Duration::from_secs(60),
        park: false,
        requires: None,
        entry: serde_json::json!({ "what": "failed" }),
    };
    assert!(give_back(&mut conn, &back).await.unwrap());
    assert_eq!(jobs.value("select count(*) from job").await.unwrap(), "1");
    let twin = claim(&mut conn, limits(5)).await.unwrap().remove(0);
    assert_eq!(
        (twin.failures, twin.class, twin.source.as_deref()),
        (1, 1, Some("upload"))
    );
    assert_eq!(
        jobs.value("select history -> 0 ->> 'what' from job").await.unwrap(),
        "failed"
    );
}

#[tokio::test]
async fn a_job_without_a_subject_has_no_twin() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
    for _ in 0..2 {
        put(&mut conn, NewJob::with_payload(NoPayload {})).await.unwrap();
    }
    assert_eq!(claim(&mut conn, limits(1)).await.unwrap().len(), 1);
    assert_eq!(
        claim(&mut conn, limits(1)).await.unwrap().len(),
        1,
        "while another is active"
    );
}

/// What one of the orders below asks for.
type Ask = fn(Uuid) -> NewJob<GenerateThumbnails>;

const ASKS: [Ask; 3] = [
    |id| thumbnails(id).class(Class::Normal).source(Source::Upload),
    |id| thumbnails(id).class(Class::Bulk).force(true),
    |id| {
        thumbnails(id)
            .class(Class::Interactive)
            .notify(true)
            .source(Source::SidecarWrite)
    },
];
const ORDERS: [[usize; 3]; 6] = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];

#[tokio::test]
async fn in_every_order_the_row_asks_for_all_that_was_asked() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    for order in ORDERS {
        let id = Uuid::new_v4();
        for ask in order {
            put(&mut conn, ASKS[ask](id)).await.unwrap();
        }
        assert_eq!(
            jobs.value(ONE_ROW).await.unwrap(),
            "(0,upload,t,t,waiting)",
            "{order:?}"
        );
        run(&mut conn, "delete from job").await.unwrap();
    }
}

#[tokio::test]
async fn in_every_order_the_twin_of_a_job_that_goes_back_asks_for_all_that_was_asked() {
    use safelight_core::jobs::engine::{GiveBack, give_back, sweep};
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    for order in ORDERS {
        for is_retry in [true, false] {
            let id = Uuid::new_v4();
            put(&mut conn, ASKS[order[0]](id)).await.unwrap();
            let active = claim(&mut conn, limits(1)).await.unwrap().remove(0);
            put(&mut conn, ASKS[order[1]](id)).await.unwrap();
            put(&mut conn, ASKS[order[2]](id)).await.unwrap();
            if is_retry {
                let back = GiveBack {
                    lease: active.lease,
                    failures: 1,
                    illnesses: 0,
                    delay: Duration::from_secs(60),
                    park: false,
                    requires: None,
                    entry: serde_json::json!({ "what": "failed" }),
                };
                assert!(give_back(&mut conn, &back).await.unwrap());
            } else {
                run(
                    &mut conn,
                    "update job set lease_until = now() - interval '1 minute' where state = 'active'",
                )
                .await
                .unwrap();
                assert_eq!(sweep(&mut conn, Duration::ZERO).await.unwrap().returned, 1);
            }
            assert_eq!(
                jobs.value(ONE_ROW).await.unwrap(),
                "(0,upload,t,t,waiting)",
                "{order:?}, retry: {is_retry}"
            );
            run(&mut conn, "delete from job").await.unwrap();
        }
    }
}
