//! Searches in the library of somebody with half a million assets.

use safelight_tests::million;
use serde_json::{Value, json};

use super::{EACH, FEW, Ledger, about_assets, each, few};

/// Pages for what is skipped before a page, and for what an index names that is somebody else's.
const BESIDE: u64 = 3_000;
/// Assets of the person with the smallest library.
const FEWEST: u64 = 2_000;

#[tokio::test]
async fn a_page_of_what_is_found_by_an_index_reads_a_page() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let album = turn
        .id("select al.id from album al join album_user au on au.album_id = al.id join \"user\" u on u.id = au.user_id
             where u.email = 'person-1@seed.example' and au.role = 'owner' and al.album_name like 'Trip %' order by al.album_name limit 1")
        .await
        .unwrap();
    let sql = turn.system().sql().await.unwrap();
    let path = "select right(original_path, 30) from asset a join \"user\" u on u.id = a.owner_id
        where u.email = 'person-1@seed.example' and a.visibility = 'timeline' and a.deleted_at is null limit 1";
    let part_of_path: String = sql.query_one(path, &[]).await.unwrap().get(0);
    for (question, index) in [
        (json!({}), "asset_search"),
        (json!({"page": 3}), "asset_search"),
        (json!({"order": "asc"}), "asset_search"),
        (json!({"type": "IMAGE", "withExif": true}), "asset_search"),
        (
            json!({"takenAfter": "2020-06-01T00:00:00Z", "takenBefore": "2020-06-02T00:00:00Z"}),
            "asset_search",
        ),
        (json!({"originalFileName": "_56112."}), "asset_name_part"),
        (json!({"originalPath": part_of_path}), "asset_path_part"),
        (json!({"originalPath": "/upload/"}), "asset_search"),
        (json!({"description": "#12345"}), "asset_exif_description_part"),
        (json!({"checksum": "00".repeat(20)}), "asset_checksum"),
        (json!({"id": album}), "asset_pkey"),
        (json!({"albumIds": [album]}), "album_asset_pkey"),
    ] {
        let most = |answer: &Value| each("/assets/items")(answer) + BESIDE;
        let (answer, plans) = ledger
            .ask(&owner, "POST /api/search/metadata", Some(&question), most)
            .await;
        assert!(about_assets(&plans) > 0, "{question}");
        let found = plans.iter().any(|plan| uses(plan, index));
        assert!(found, "{question}: {answer} was not found by {index}: {plans:#?}");
    }
    ledger.close();
}

#[tokio::test]
async fn what_is_nowhere_is_not_looked_for_everywhere() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    let tags = [
        json!({"city": "Nowhere"}),
        json!({"state": "Nowhere"}),
        json!({"country": "Nowhere"}),
        json!({"make": "Nobody"}),
        json!({"model": "None"}),
        json!({"make": "Canon", "model": "None"}),
        json!({"lensModel": "None"}),
        json!({"isOffline": true}),
        json!({"libraryId": uuid::Uuid::new_v4()}),
    ];
    for question in &tags {
        for path in ["/api/search/random", "/api/search/statistics"] {
            let answer = ledger.ask(&owner, &format!("POST {path}"), Some(question), few).await.0;
            assert!(
                answer == json!([]) || answer == json!({"total": 0}),
                "{path} {question}: {answer}"
            );
        }
    }
    let parts = [
        json!({"originalFileName": "nothing"}),
        json!({"originalPath": "nothing"}),
        json!({"description": "nothing"}),
        json!({"query": "nothing"}),
        json!({"query": "nothing at all"}),
    ];
    for question in tags.iter().chain(&parts) {
        // A word is looked up in five columns, and a part of a path among many that are alike.
        let most = |_: &Value| 5 * FEW;
        let path = "POST /api/search/metadata";
        let answer = ledger.ask(&owner, path, Some(question), most).await.0;
        assert_eq!(answer["assets"]["count"], 0, "{question}");
    }
    ledger.close();
}

#[tokio::test]
async fn words_are_found_wherever_they_stand() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let owner = turn.person(1).unwrap();
    // Rare in a name, rare in a description, common in a name, common as a place.
    for (word, is_rare) in [("56112", true), ("#12345", true), ("IMG", false), ("France", false)] {
        let question = json!({ "query": word });
        let mut answer = Value::Null;
        let asking = async {
            answer = super::send(&owner, "POST /api/search/metadata", Some(&question)).await?;
            Ok(())
        };
        let plans = turn.plans(asking).await.unwrap();
        // Ten thousand of the common ones are looked up before it is known that they are common.
        let candidates = if is_rare { 0 } else { 10_000 * EACH };
        let most = each("/assets/items")(&answer) + BESIDE + candidates;
        // What stands in most rows is found soonest from the beginning of the table.
        ledger.bound(&question.to_string(), &plans, most, !is_rare);
        let found = answer["assets"]["count"].as_u64().unwrap();
        assert_eq!(found < 250, is_rare, "{word}: {found}");
    }
    ledger.close();
}

/// Places and cameras that somebody has together are kept beside each other, many on a page.
fn labels(_answer: &Value) -> u64 {
    FEW + 400
}

/// Assets that are looked at for each asset of a sample, and those of which one is chosen.
fn sampled(answer: &Value) -> u64 {
    FEW + 5_000 + each("")(answer)
}

#[tokio::test]
async fn what_a_library_offers_is_not_read_from_its_assets() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    for who in [turn.person(1).unwrap(), turn.person(8).unwrap()] {
        for path in [
            "/api/search/suggestions?type=country",
            "/api/search/suggestions?type=city",
            "/api/search/suggestions?type=camera-make",
            "/api/search/suggestions?type=camera-model&make=Apple",
        ] {
            let found = ledger.get(&who, path, labels).await;
            assert!(!found.as_array().unwrap().is_empty(), "{path}");
        }
        let cities = ledger
            .get(&who, "/api/search/cities", |found| labels(found) + each("")(found))
            .await;
        let offered = ledger.get(&who, "/api/search/explore", |_| 2 * FEW + 400).await;
        assert_eq!(
            cities.as_array().unwrap().is_empty(),
            offered[0]["items"].as_array().unwrap().is_empty()
        );
        // Of a question about most assets only a sample is looked at.
        for question in [
            json!({}),
            json!({"size": 1}),
            json!({"size": 1000}),
            json!({"visibility": "timeline"}),
        ] {
            ledger
                .ask(&who, "POST /api/search/random", Some(&question), sampled)
                .await;
        }
        // What an index leads to one by one is looked up first, to know whether there are many.
        for question in [
            json!({"city": "Kyoto"}),
            json!({"isFavorite": true}),
            json!({"make": "Apple"}),
        ] {
            let most = |answer: &Value| sampled(answer) + 10_000 * EACH;
            ledger.ask(&who, "POST /api/search/random", Some(&question), most).await;
        }
    }
    ledger.close();
}

#[tokio::test]
async fn places_and_folders_read_what_they_answer_with() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let (owner, small) = (turn.person(1).unwrap(), turn.person(8).unwrap());
    ledger.get(&small, "/api/map/markers", each("")).await;
    // Whether it is a favourite is looked at.
    let own = |_: &Value| FEW + FEWEST * EACH;
    ledger
        .get(&small, "/api/map/markers?isArchived=true&isFavorite=true", own)
        .await;
    let dates = "/api/map/markers?fileCreatedAfter=2020-06-01T00:00:00Z&fileCreatedBefore=2020-06-04T00:00:00Z";
    let found = ledger.get(&owner, dates, each("")).await;
    assert!(!found.as_array().unwrap().is_empty());
    for who in [&owner, &small] {
        let path = "/api/view/folder/unique-paths";
        let folders = ledger
            .get(who, path, |found| FEW + 8 * found.as_array().unwrap().len() as u64)
            .await;
        assert!(folders.as_array().unwrap().len() > 100);
    }
    ledger
        .ask(&small, "POST /api/search/statistics", Some(&json!({})), own)
        .await;
    // Of the large one, what is in an order that an index has.
    let largest = "POST /api/search/large-assets?size=100";
    let most = |found: &Value| each("")(found) + BESIDE;
    let (_, plans) = ledger.ask(&owner, largest, None, most).await;
    assert!(plans.iter().any(|plan| uses(plan, "asset_exif_size")), "{plans:#?}");
    let folder = "select regexp_replace(original_path, '/[^/]*$', '') from asset a join \"user\" u on u.id = a.owner_id
        where u.email = 'person-1@seed.example' and a.visibility = 'timeline' and a.deleted_at is null limit 1";
    let sql = turn.system().sql().await.unwrap();
    let folder: String = sql.query_one(folder, &[]).await.unwrap().get(0);
    let path = format!("GET /api/view/folder?path={}", folder.replace('/', "%2F"));
    let (found, plans) = ledger.ask(&owner, &path, None, each("")).await;
    assert!(!found.as_array().unwrap().is_empty());
    assert!(plans.iter().any(|plan| uses(plan, "asset_folder")), "{plans:#?}");
    ledger.close();
}

fn uses(plan: &million::Plan, index: &str) -> bool {
    plan.text().contains(index)
}
