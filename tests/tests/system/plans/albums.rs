//! Albums: one of a hundred thousand assets, one with a thousand members, and five hundred others.

use safelight_tests::Client;
use safelight_tests::million::{self, Turn};
use serde_json::{Value, json};

use super::{EACH, FEW, Ledger, each, few};

/// Of each album its row, the ends of three indexes, and counts that lie together; nothing of what it holds is added up.
fn albums(answer: &Value) -> u64 {
    let albums = answer.as_array().map_or(1, Vec::len);
    2 * FEW + albums as u64 * 40
}

/// Counts of a month lie together, one for each of those who have put something in.
fn months(answer: &Value) -> u64 {
    FEW + answer.as_array().map_or(0, Vec::len) as u64 * 4
}

async fn album(turn: &Turn, name: &str) -> uuid::Uuid {
    let id = format!("select id from album where album_name = '{name}'");
    turn.id(&id).await.unwrap()
}

/// The question which role somebody has in an album.
const ROLE: &str = "al.id = any($1) and au.user_id";

/// The months of an album, and some of them.
async fn months_of(ledger: &mut Ledger<'_>, who: &Client, album: uuid::Uuid) {
    for query in ["", "visibility=timeline", "isFavorite=true", "orderBy=createdAt"] {
        let path = format!("/api/timeline/buckets?albumId={album}&{query}");
        let found = ledger.get(who, &path, months).await;
        let found = found.as_array().unwrap();
        assert!(!found.is_empty(), "{path}");
        let month = |month: &Value| month["timeBucket"].as_str().unwrap().to_owned();
        // Favourites are looked for in what the month has.
        let most = |answer: &Value| each("/id")(answer) + if query.is_empty() { 0 } else { 6_000 };
        for month in [month(&found[0]), month(&found[found.len() / 2])] {
            let path = format!("/api/timeline/bucket?timeBucket={month}&albumId={album}&{query}");
            ledger.get(who, &path, most).await;
        }
    }
    // What is out of sight is the caller's own, and little.
    for query in ["isTrashed=true", "visibility=locked", "visibility=hidden"] {
        let path = format!("/api/timeline/buckets?albumId={album}&{query}");
        ledger.get(who, &path, |_| FEW + 2_000 * EACH).await;
    }
}

#[tokio::test]
async fn an_album_reads_what_it_answers_with() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let (large, club) = (
        album(&turn, "Everything of us").await,
        album(&turn, "The whole club").await,
    );
    for number in [1, 2] {
        let who = turn.person(number).unwrap();
        // The largest is a tenth of the library.
        let found = ledger.get(&who, &format!("/api/albums/{large}"), albums).await;
        assert!(found["assetCount"].as_u64().unwrap() > 90_000, "{found}");
        let list = ledger.get(&who, "/api/albums", albums).await;
        assert!(list.as_array().unwrap().len() > 50);
        ledger.get(&who, "/api/albums/statistics", |_| FEW + 4_000).await;

        let path = format!("GET /api/albums/{club}");
        let most = |album: &Value| albums(album) + 1_000 * 10;
        let (found, plans) = ledger.ask(&who, &path, None, most).await;
        assert_eq!(found["albumUsers"].as_array().unwrap().len(), 1_000);
        let roles = plans.into_iter().filter(|plan| plan.statement.contains(ROLE));
        let roles: Vec<_> = roles.collect();
        ledger.hold("the role in an album of a thousand members", &roles, 60);
        let assets = found["assetCount"].as_u64().unwrap();
        months_of(&mut ledger, &who, large).await;
        months_of(&mut ledger, &who, club).await;
        let path = format!("/api/albums/{club}/map-markers");
        ledger.get(&who, &path, |_| FEW + assets * EACH).await;
    }
    ledger.close();
}

#[tokio::test]
async fn a_question_about_one_thing_of_an_album_reads_one_thing() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let (owner, large, club) = (
        turn.person(1).unwrap(),
        album(&turn, "Everything of us").await,
        album(&turn, "The whole club").await,
    );
    let inside = format!("select asset_id from album_asset where album_id = '{large}' limit 50");
    let inside = turn.ids(&inside).await.unwrap();
    let path = format!("GET /api/albums?assetId={}", inside[0]);
    let member = turn.person(2).unwrap();
    let (_, plans) = ledger.ask(&member, &path, None, |_| FEW + 4_000).await;
    let search = plans.iter().find(|plan| plan.statement.contains("album_user me join"));
    ledger.hold("which albums have an asset", &[search.unwrap().clone()], FEW + 4_000);

    // Out of the largest album, and into it again.
    let ids = json!({ "ids": inside });
    let most = |_: &Value| FEW + 50 * 60;
    let path = format!("/api/albums/{large}/assets");
    ledger.ask(&owner, &format!("DELETE {path}"), Some(&ids), most).await;
    ledger.ask(&owner, &format!("PUT {path}"), Some(&ids), most).await;

    // One member of a thousand goes and comes.
    let person = turn
        .id("select id from \"user\" where email = 'person-700@seed.example'")
        .await
        .unwrap();
    let path = format!("DELETE /api/albums/{club}/user/{person}");
    ledger.ask(&owner, &path, None, few).await;
    let back = json!({"albumUsers": [{"userId": person, "role": "viewer"}]});
    let path = format!("PUT /api/albums/{club}/users");
    ledger.ask(&owner, &path, Some(&back), |_| FEW + 1_000 * 20).await;
    ledger.close();
}
