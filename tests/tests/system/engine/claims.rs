//! What may be claimed, in which order, and how many.

use super::*;

#[tokio::test]
async fn the_most_urgent_and_then_the_oldest_comes_first() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let ids: Vec<Uuid> = (0..6).map(|_| Uuid::new_v4()).collect();
    let classes = [
        Class::Bulk,
        Class::Normal,
        Class::Bulk,
        Class::Interactive,
        Class::Normal,
        Class::Interactive,
    ];
    for (id, class) in ids.iter().zip(classes) {
        put(&mut conn, thumbnails(*id).class(class)).await.unwrap();
    }
    let mut order = Vec::new();
    for _ in &ids {
        order.extend(
            claim(&mut conn, limits(1))
                .await
                .unwrap()
                .into_iter()
                .map(|row| row.dedup_key.unwrap()),
        );
    }
    let expected: Vec<String> = [3, 5, 1, 4, 0, 2].map(|index: usize| ids[index].to_string()).to_vec();
    assert_eq!(order, expected);
}

#[tokio::test]
async fn a_lease_is_new_at_every_claim_and_never_goes_back() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let mut last = 0;
    for _ in 0..5 {
        let row = put_and_claim(&mut conn, Uuid::new_v4()).await.unwrap();
        assert!(row.lease > last, "{} after {last}", row.lease);
        last = row.lease;
    }
}

#[tokio::test]
async fn a_limit_of_the_fleet_holds_under_twenty_claimers() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    run(
        &mut conn,
        "update queue set max_active = 3 where name = 'thumbnailGeneration'",
    )
    .await
    .unwrap();
    for _ in 0..60 {
        put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    }
    let claimers = (0..20).map(|_| async {
        let mut conn = jobs.conn().await.unwrap();
        let mut claimed = 0;
        for _ in 0..5 {
            claimed += claim(&mut conn, limits(2)).await.unwrap().len();
        }
        claimed
    });
    let claimed: usize = futures_util::future::join_all(claimers).await.into_iter().sum();
    assert_eq!(claimed, 3);
}

#[tokio::test]
async fn twenty_claimers_never_get_the_same_job() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    for _ in 0..200 {
        put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    }
    let claimers = (0..20).map(|_| async {
        let mut conn = jobs.conn().await.unwrap();
        let mut ids = Vec::new();
        loop {
            let rows = claim(&mut conn, limits(3)).await.unwrap();
            if rows.is_empty() {
                return ids;
            }
            ids.extend(rows.into_iter().map(|row| row.id));
        }
    });
    let all: Vec<Uuid> = futures_util::future::join_all(claimers).await.concat();
    let distinct: std::collections::HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), distinct.len()), (200, 200));
}

#[tokio::test]
async fn what_this_node_cannot_do_is_left_to_others() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4()).requires("decode.heic"))
        .await
        .unwrap();
    assert!(claim(&mut conn, limits(1)).await.unwrap().is_empty());
    let capabilities = ["decode.heic".to_owned()];
    let able = ClaimLimits {
        capabilities: &capabilities,
        ..limits(1)
    };
    let newer = ClaimLimits {
        kinds: &[SupportedKind {
            name: "AssetGenerateThumbnails",
            version: 0,
            ..THUMBNAILS[0]
        }],
        ..able
    };
    assert!(
        claim(&mut conn, newer).await.unwrap().is_empty(),
        "a newer payload must not be claimed"
    );
    assert_eq!(claim(&mut conn, able).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_was_found_to_be_required_holds_until_the_settings_change() {
    use safelight_core::jobs::engine::{GiveBack, Requirement, give_back};
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    let row = claim(&mut conn, limits(1)).await.unwrap().remove(0);
    let back = GiveBack {
        lease: row.lease,
        failures: 0,
        illnesses: 0,
        delay: Duration::ZERO,
        park: false,
        requires: Some(Requirement {
            capabilities: vec!["encode.av1".to_owned()],
            settings_version: row.settings_version,
        }),
        entry: serde_json::json!({ "what": "handed back" }),
    };
    assert!(give_back(&mut conn, &back).await.unwrap());
    assert!(claim(&mut conn, limits(1)).await.unwrap().is_empty());
    let capabilities = ["encode.av1".to_owned()];
    let able = ClaimLimits {
        capabilities: &capabilities,
        ..limits(1)
    };
    let row = claim(&mut conn, able).await.unwrap().remove(0);
    let back = GiveBack {
        lease: row.lease,
        requires: None,
        ..back
    };
    assert!(give_back(&mut conn, &back).await.unwrap());
    assert!(
        claim(&mut conn, limits(1)).await.unwrap().is_empty(),
        "who cannot tell what it requires takes nothing back"
    );
    let changed = "insert into system_metadata (key, value) values ('system-config', '{}') \
                   on conflict (key) do update set value = excluded.value";
    run(&mut conn, changed).await.unwrap();
    assert_eq!(claim(&mut conn, limits(1)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_comes_out_of_a_paused_queue() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4())).await.unwrap();
    run(&mut conn, "update queue set is_paused = true").await.unwrap();
    assert!(claim(&mut conn, limits(1)).await.unwrap().is_empty());
    run(&mut conn, "update queue set is_paused = false").await.unwrap();
    assert_eq!(claim(&mut conn, limits(1)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_delayed_job_waits_for_its_time() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    put(&mut conn, thumbnails(Uuid::new_v4()).delay(Duration::from_secs(3_600)))
        .await
        .unwrap();
    assert!(claim(&mut conn, limits(1)).await.unwrap().is_empty());
    run(&mut conn, "update job set run_at = now()").await.unwrap();
    assert_eq!(claim(&mut conn, limits(1)).await.unwrap().len(), 1);
}
