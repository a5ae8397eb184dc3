//! Assets by chance: each is found as often as every other.

use std::collections::HashMap;

use serde_json::json;

use super::world::{ASSET, World, strings};

/// More than are looked at for one answer.
const MANY: i32 = 4_000;
/// Answers, of so many assets each.
const ASKED: usize = 60;
const EACH: usize = 250;

#[tokio::test]
async fn each_asset_is_found_as_often_as_every_other() {
    let world = World::new().await;
    let sql = world.system.sql().await.unwrap();
    let mut own = world.assets[1].clone();
    own.extend(strings(&sql, ASSET, &[&"Person 2", &MANY]).await);
    sql.batch_execute("update asset set visibility = 'timeline'; analyze asset")
        .await
        .unwrap();
    let person = &world.people[1];
    let (mut found, mut answers) = (HashMap::<String, usize>::new(), Vec::new());
    for _ in 0..ASKED {
        let answer = person
            .post("/api/search/random", &json!({"size": EACH}))
            .await
            .unwrap()
            .ok()
            .unwrap();
        let answer = answer.json().unwrap();
        let ids: Vec<String> = answer
            .as_array()
            .unwrap()
            .iter()
            .map(|asset| asset["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(ids.len(), EACH);
        for id in &ids {
            *found.entry(id.clone()).or_default() += 1;
        }
        assert!(!answers.contains(&ids), "the same answer twice");
        answers.push(ids);
    }
    // 60 times 250 of 4,040: each 3.7 times, or a few more or less where samples happen to overlap.
    let never = own.iter().filter(|id| !found.contains_key(*id)).count();
    assert!(never < own.len() / 5, "{never} of {} were never found", own.len());
    assert!(found.keys().all(|id| own.contains(id)));
    let most = found.values().max().unwrap();
    assert!(*most < 25, "one was found {most} times");
    // A quarter of the ids has a quarter of what is found, give or take a sixth: this is five times as much.
    let mut quarters = [0_usize; 4];
    own.sort();
    for (place, id) in own.iter().enumerate() {
        quarters[place * 4 / own.len()] += found.get(id).copied().unwrap_or_default();
    }
    let expected = ASKED * EACH / 4;
    for quarter in quarters {
        assert!(quarter.abs_diff(expected) < expected * 8 / 10, "{quarters:?}");
    }

    // What few assets have is found whole, and a part of it by chance.
    let few = json!({"city": "Rome", "size": 1000, "type": "VIDEO", "isFavorite": true});
    let answer = person
        .post("/api/search/random", &few)
        .await
        .unwrap()
        .ok()
        .unwrap()
        .json()
        .unwrap();
    let rome =
        "select count(*) from asset a join asset_exif e on e.asset_id = a.id join \"user\" u on u.id = a.owner_id
        where u.name = 'Person 2' and city = 'Rome' and type = 'VIDEO' and is_favorite";
    let there: i64 = sql.query_one(rome, &[]).await.unwrap().get(0);
    assert_eq!(i64::try_from(answer.as_array().unwrap().len()).unwrap(), there);
    let one = json!({"city": "Rome", "size": 1});
    let mut seen = std::collections::HashSet::new();
    for _ in 0..20 {
        let answer = person
            .post("/api/search/random", &one)
            .await
            .unwrap()
            .ok()
            .unwrap()
            .json()
            .unwrap();
        seen.insert(answer[0]["id"].as_str().unwrap().to_owned());
    }
    assert!(seen.len() > 15, "{seen:?}");
}
