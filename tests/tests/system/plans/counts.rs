//! Numbers on pages: statistics, days, the trash, and queues in which half a million jobs wait.

use safelight_tests::million;
use serde_json::Value;

use super::{FEW, Ledger, few};

/// Entries of an index are counted, of which a hundred or more are on a page.
fn counted(answer: &Value) -> u64 {
    FEW + answer["total"].as_u64().unwrap_or_default() / 40
}

#[tokio::test]
async fn numbers_of_a_person_come_from_an_index() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    for query in ["", "?visibility=timeline", "?visibility=archive"] {
        let path = format!("/api/assets/statistics{query}");
        let found = ledger.get(&owner, &path, few).await;
        assert!(found["total"].as_u64().unwrap() > 1_000, "{path}: {found}");
    }
    for query in ["?isFavorite=true", "?visibility=timeline&isFavorite=true"] {
        let path = format!("/api/assets/statistics{query}");
        let found = ledger.get(&owner, &path, counted).await;
        assert!(found["total"].as_u64().unwrap() > 1_000, "{path}: {found}");
    }
    // The trash and the locked folder are looked at, which are small.
    for query in ["?isTrashed=true", "?visibility=locked"] {
        let path = format!("/api/assets/statistics{query}");
        let most = |answer: &Value| FEW + 12 * answer["total"].as_u64().unwrap_or_default();
        ledger.get(&owner, &path, most).await;
    }
    for kind in ["Upload", "Taken"] {
        let path = format!("/api/users/me/calendar-heatmap?type={kind}");
        let most = |answer: &Value| FEW + answer["totalCount"].as_u64().unwrap_or_default() / 10;
        ledger.get(&owner, &path, most).await;
    }
    for path in [
        "/api/users/me",
        "/api/sessions",
        "/api/api-keys",
        "/api/notifications",
        "/api/server/storage",
        "/api/server/about",
    ] {
        ledger.get(&owner, path, few).await;
    }
    ledger.close();
}

#[tokio::test]
async fn numbers_of_everybody_are_kept() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let admin = turn.person(1).unwrap();
    // Accounts, what is kept of each, and the moving parts in locked folders: one of a hundred assets is there, one of twenty is a part.
    let most = |answer: &Value| {
        let users = answer["usageByUser"].as_array().unwrap().len() as u64;
        FEW + users + million::ASSETS.unsigned_abs() / 100 / 8 * super::EACH
    };
    let told = ledger.get(&admin, "/api/server/statistics", most).await;
    assert!(told["photos"].as_u64().unwrap() > 500_000, "{told}");
    ledger.close();
}

#[tokio::test]
async fn the_trash_of_a_person_is_not_looked_for_in_the_library() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    // The one with the smallest library; what is restored goes back.
    let who = turn.person(8).unwrap();
    let trashed = "select a.id from asset a join \"user\" u on u.id = a.owner_id
        where u.email = 'person-8@seed.example' and a.status = 'trashed' and a.visibility <> 'hidden'";
    let trashed = turn.ids(trashed).await.unwrap();
    assert!(trashed.len() > 10);
    let most = |_: &Value| FEW + 100 * trashed.len() as u64;
    let (answer, _) = ledger.ask(&who, "POST /api/trash/restore", None, most).await;
    assert!(answer["count"].as_u64().unwrap() > 10, "{answer}");
    let again = serde_json::json!({ "ids": trashed });
    ledger.ask(&who, "DELETE /api/assets", Some(&again), most).await;
    ledger.close();
}

#[tokio::test]
async fn pages_about_queues_read_a_page_of_them() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let admin = turn.person(1).unwrap();
    // A page is a thousand jobs.
    let page = |_: &Value| FEW + 1_001 * 10;
    for status in ["waiting", "failed", "active", "delayed", "paused"] {
        // One word is no list in this query language, so it is said twice.
        let path = format!("/api/queues/thumbnailGeneration/jobs?status={status}&status={status}");
        ledger.get(&admin, &path, page).await;
    }
    ledger.get(&admin, "/api/queues/thumbnailGeneration/jobs", page).await;
    // Beyond ten thousand all are counted, at most once a second.
    let jobs = |_: &Value| FEW + million::JOBS.unsigned_abs() / 25;
    for path in ["/api/queues", "/api/jobs", "/api/fleet/queues"] {
        ledger.wide(&admin, path, jobs).await;
    }
    for path in [
        "/api/fleet/jobs",
        "/api/fleet/nodes",
        "/api/fleet/chores",
        "/api/fleet/notices",
    ] {
        ledger.get(&admin, path, page).await;
    }
    let waiting = turn
        .id("select id from job where requires = '{decode.miracle}' order by id limit 1")
        .await
        .unwrap();
    ledger.get(&admin, &format!("/api/fleet/jobs/{waiting}"), page).await;
    ledger.close();
}

#[tokio::test]
async fn why_photos_have_no_pictures_is_read_from_their_own_jobs() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let newest = "select a.id from asset a join \"user\" u on u.id = a.owner_id
        where u.email = 'person-1@seed.example' and a.visibility = 'timeline' and a.status = 'active'
        order by a.created_at desc limit 300";
    let ids = turn.ids(newest).await.unwrap();
    let sql = turn.system().sql().await.unwrap();
    let list: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
    let take = format!(
        "create temp table kept as select id, thumbhash from asset where id in ({});
         update asset set thumbhash = null from kept where kept.id = asset.id",
        list.join(",")
    );
    sql.batch_execute(&take).await.unwrap();
    let asked = serde_json::json!({ "assetIds": ids });
    let (answer, _) = ledger
        .ask(&owner, "POST /api/fleet/pictures", Some(&asked), |_| {
            FEW + 30 * ids.len() as u64
        })
        .await;
    sql.batch_execute("update asset set thumbhash = kept.thumbhash from kept where kept.id = asset.id")
        .await
        .unwrap();
    assert_eq!(answer.as_array().unwrap().len(), ids.len());
    ledger.close();
}
