//! Albums: one of a hundred thousand assets, one with a thousand members, and five hundred others.

use safelight_tests::million::{self, Turn};
use serde_json::{Value, json};

use super::{EACH, FEW, Ledger, few};

/// Everything that the albums of an answer hold is looked at once, of a large part of the library many on a page.
fn contents(answer: &Value) -> u64 {
    let albums = match answer {
        Value::Array(albums) => albums.iter().collect(),
        album => vec![album],
    };
    let assets: u64 = albums.iter().filter_map(|album| album["assetCount"].as_u64()).sum();
    FEW + albums.len() as u64 * 20 + assets * 6
}

async fn album(turn: &Turn, name: &str) -> uuid::Uuid {
    let id = format!("select id from album where album_name = '{name}'");
    turn.id(&id).await.unwrap()
}

/// The question which role somebody has in an album.
const ROLE: &str = "al.id = any($1) and au.user_id";

#[tokio::test]
async fn an_album_reads_what_is_in_it() {
    let turn = million::turn().await.unwrap();
    let mut ledger = Ledger::of(&turn);
    let (large, club) = (
        album(&turn, "Everything of us").await,
        album(&turn, "The whole club").await,
    );
    for number in [1, 2] {
        let who = turn.person(number).unwrap();
        // The largest is a tenth of the library.
        let path = format!("/api/albums/{large}");
        let found = ledger.wide(&who, &path, contents).await;
        let assets = found["assetCount"].as_u64().unwrap();
        assert!(assets > 90_000, "{found}");
        let path = format!("/api/timeline/buckets?albumId={large}");
        let months = ledger.wide(&who, &path, |_| FEW + assets * EACH).await;
        let month = months[0]["timeBucket"].as_str().unwrap();
        let path = format!("/api/timeline/bucket?timeBucket={month}&albumId={large}");
        ledger.wide(&who, &path, |_| FEW + assets * EACH).await;
        let list = ledger.wide(&who, "/api/albums", contents).await;
        assert!(list.as_array().unwrap().len() > 50);
        ledger.get(&who, "/api/albums/statistics", |_| FEW + 4_000).await;

        let path = format!("GET /api/albums/{club}");
        let most = |album: &Value| contents(album) + 1_000 * 10;
        let (found, plans) = ledger.ask(&who, &path, None, most).await;
        assert_eq!(found["albumUsers"].as_array().unwrap().len(), 1_000);
        let roles = plans.into_iter().filter(|plan| plan.statement.contains(ROLE));
        let roles: Vec<_> = roles.collect();
        ledger.hold("the role in an album of a thousand members", &roles, 60);
        let assets = found["assetCount"].as_u64().unwrap();
        let path = format!("/api/timeline/buckets?albumId={club}");
        let months = ledger.get(&who, &path, |_| FEW + assets * EACH).await;
        let month = months[0]["timeBucket"].as_str().unwrap();
        let path = format!("/api/timeline/bucket?timeBucket={month}&albumId={club}");
        ledger.get(&who, &path, |_| FEW + assets * EACH).await;
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
    // The album itself is counted, but the search for it is not.
    let path = format!("/api/albums?assetId={}", inside[0]);
    let member = turn.person(2).unwrap();
    let asking = async {
        member.get_json(&path).await?;
        Ok(())
    };
    let plans = turn.plans(asking).await.unwrap();
    ledger.bound(&path, &plans, FEW + 110_000 * 6, true);
    let search = plans.iter().find(|plan| plan.statement.contains("album_user me join"));
    ledger.hold("which albums have an asset", &[search.unwrap().clone()], FEW + 4_000);

    // Out of the largest album, and into it again.
    let ids = json!({ "ids": inside });
    let most = |_: &Value| FEW + 50 * 60;
    let path = format!("/api/albums/{large}/assets");
    ledger.ask(&owner, &format!("DELETE {path}"), Some(&ids), most).await;
    // What came is compared with what is there, for the picture of the album, until something newer is found.
    let most = |_: &Value| FEW + 50 * 60 + 10_000;
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
