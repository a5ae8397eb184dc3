//! The timeline of somebody with half a million assets.

use safelight_tests::{Client, million};
use serde_json::Value;

use super::{FEW, Ledger, about_assets, each, few};

/// The counts of months are added up in an index, of which a hundred entries and more are on a page; the map of what everybody
/// sees is asked beside it.
fn counted(answer: &Value) -> u64 {
    FEW + assets(answer) / 16
}

fn assets(months: &Value) -> u64 {
    let months = months.as_array().into_iter().flatten();
    months.filter_map(|month| month["count"].as_u64()).sum()
}

/// The counts of what is in the trash, or of a few: each asset is looked at.
fn looked_at(answer: &Value) -> u64 {
    FEW + assets(answer) * super::EACH
}

/// The counts of a place, where others were as well.
fn at_a_place(answer: &Value) -> u64 {
    FEW + assets(answer) * 40
}

async fn months(ledger: &mut Ledger<'_>, who: &Client, query: &str, most: fn(&Value) -> u64) -> Vec<String> {
    let months = ledger.get(who, &format!("/api/timeline/buckets?{query}"), most).await;
    let months = months.as_array().unwrap().iter();
    months
        .map(|month| month["timeBucket"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn months_of_half_a_million_assets_are_counted_in_an_index() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    for query in [
        "",
        "visibility=timeline",
        "visibility=timeline&withPartners=true&withStacked=true",
        "orderBy=createdAt",
    ] {
        let path = format!("GET /api/timeline/buckets?{query}");
        let (months, plans) = ledger.ask(&owner, &path, None, counted).await;
        assert!(months.as_array().unwrap().len() > 90, "{query}");
        let scans = plans.iter().flat_map(million::Plan::scans);
        for scan in scans.filter(|scan| scan.table == "asset") {
            assert_eq!(scan.kind, "Index Only Scan", "{query}: {scan:?}");
        }
    }
    for query in [
        "isFavorite=true",
        "visibility=archive",
        "visibility=locked",
        "isTrashed=true",
    ] {
        let found = months(&mut ledger, &owner, query, looked_at).await;
        assert!(!found.is_empty(), "{query}");
    }
    let place = "bbox=11.5,48.1,11.6,48.2";
    assert!(!months(&mut ledger, &owner, place, at_a_place).await.is_empty());
    ledger.close();
}

#[tokio::test]
async fn a_month_reads_what_is_in_it() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let all = months(&mut ledger, &owner, "visibility=timeline", counted).await;
    for month in [&all[0], &all[all.len() / 2], &all[all.len() - 1]] {
        for query in [
            "visibility=timeline&withPartners=true&withStacked=true",
            "withCoordinates=true",
        ] {
            let path = format!("/api/timeline/bucket?timeBucket={month}&{query}");
            ledger.get(&owner, &path, each("/id")).await;
        }
        // Of one month all assets are looked at to find some.
        for query in ["isFavorite=true", "visibility=archive", "visibility=locked"] {
            let path = format!("/api/timeline/bucket?timeBucket={month}&{query}");
            ledger.get(&owner, &path, |_| FEW + 6_000).await;
        }
    }
    let trash = months(&mut ledger, &owner, "isTrashed=true", looked_at).await;
    let path = format!("/api/timeline/bucket?timeBucket={}&isTrashed=true", trash[0]);
    ledger.get(&owner, &path, each("/id")).await;
    ledger.close();
}

#[tokio::test]
async fn months_that_nobody_touched_are_not_counted_again() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let path = "GET /api/timeline/buckets?visibility=timeline";
    let (before, _) = ledger.ask(&owner, path, None, counted).await;
    let (again, plans) = ledger.ask(&owner, path, None, few).await;
    assert_eq!((&again, about_assets(&plans)), (&before, 0));

    // One photo of one month: that month is counted.
    let sql = turn.system().sql().await.unwrap();
    let touch = "update asset set updated_at = updated_at where id = (select id from asset \
        where owner_id = (select id from \"user\" where is_admin) and visibility = 'timeline' and deleted_at is null \
        order by local_date_time desc limit 1)";
    sql.batch_execute(touch).await.unwrap();
    let month = before[0]["count"].as_u64().unwrap();
    let (again, plans) = ledger.ask(&owner, path, None, move |_| FEW + month).await;
    assert_eq!(again, before);
    assert!(about_assets(&plans) > 0);
    ledger.close();
}
