//! The timeline: counts and months by the contract. What they read of a large library: `plans::timeline`.

use safelight_tests::{Client, TestSystem};
use serde_json::{Value, json};

/// Assets of the admin, spread over 40 months, and as many of another person.
const ASSETS: i64 = 50_000;

const FILL: &str = "
insert into \"user\" (id, email, name) values ('11111111-1111-4111-8111-111111111111', 'other@example.com', 'Other');
insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
    local_date_time, width, height, is_favorite, visibility)
select u.id, 'IMAGE', '/x/' || n, n || '.jpg', decode(md5(u.id::text || n), 'hex'), t, t, t at time zone 'UTC', 300, 200,
    n % 10 = 0, case when n % 50 = 1 then 'archive' when n % 50 = 2 then 'hidden' when n % 50 = 3 then 'locked' else 'timeline' end
from \"user\" u, generate_series(1, 50000) n,
    lateral (select timestamptz '2020-01-01 00:00:00.5Z' + n * interval '35 minutes' as t) times;
insert into asset_exif (asset_id, latitude, longitude)
select id, case when is_favorite then 48.1 end, case when is_favorite then 11.5 end from asset;
analyze asset; analyze asset_exif";

async fn months(client: &Client, query: &str) -> Vec<Value> {
    let answer = client
        .get(&format!("/api/timeline/buckets?{query}"))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    answer.json().unwrap().as_array().unwrap().clone()
}

async fn month(client: &Client, query: &str) -> Value {
    client.get_json(&format!("/api/timeline/bucket?{query}")).await.unwrap()
}

fn total(months: &[Value]) -> i64 {
    months.iter().map(|month| month["count"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn months_and_their_assets_are_counted_and_listed() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(FILL).await.unwrap();

    let all = months(&admin, "").await;
    assert_eq!(total(&all), ASSETS / 50 * 48);
    let names: Vec<&str> = all.iter().map(|month| month["timeBucket"].as_str().unwrap()).collect();
    assert!(
        names.is_sorted_by(|newer, older| newer > older),
        "newest first: {names:?}"
    );

    let newest = month(&admin, &format!("timeBucket={}", names[1])).await;
    let lists = newest.as_object().unwrap();
    assert!(
        lists.values().all(|list| Some(list.as_array().unwrap().len())
            == all[1]["count"].as_u64().and_then(|count| count.try_into().ok()))
    );
    let dates: Vec<&str> = newest["fileCreatedAt"]
        .as_array()
        .unwrap()
        .iter()
        .map(|date| date.as_str().unwrap())
        .collect();
    assert!(dates.is_sorted_by(|newer, older| newer >= older), "newest first");
    assert!(
        dates.iter().all(|date| date.ends_with(".5")),
        "zeros are trimmed and there is no zone: {}",
        dates[0]
    );
    assert_eq!(newest["ratio"][0], json!(1.5));
    assert_eq!(newest["localOffsetHours"][0].as_f64(), Some(0.0));

    assert_eq!(total(&months(&admin, "visibility=timeline").await), ASSETS / 50 * 47);
    assert_eq!(total(&months(&admin, "visibility=archive").await), ASSETS / 50);
    assert_eq!(total(&months(&admin, "isFavorite=true").await), ASSETS / 10);
    assert_eq!(total(&months(&admin, "bbox=11,48,12,49").await), ASSETS / 10);
    assert_eq!(total(&months(&admin, "bbox=170,48,-170,49").await), 0);
    assert_eq!(months(&admin, "orderBy=createdAt").await.len(), 1);
    assert_eq!(months(&admin, "order=asc").await.first(), all.last());
}

#[tokio::test]
async fn what_is_not_the_callers_is_refused() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let refused = async |query: &str, status: u16, message: &str| {
        let answer = admin.get(&format!("/api/timeline/buckets?{query}")).await.unwrap();
        assert_eq!(
            (answer.status, answer.string("/message").unwrap().as_str()),
            (status, message),
            "{query}"
        );
    };
    let nobody = "00000000-0000-4000-8000-000000000000";
    refused("visibility=locked", 401, "Elevated permission is required").await;
    refused(&format!("userId={nobody}"), 400, "Not found or no timeline.read access").await;
    refused(&format!("albumId={nobody}"), 400, "Not found or no album.read access").await;
    refused(&format!("tagId={nobody}"), 400, "Not found or no tag.read access").await;
    refused("bbox=1,2,3", 400, "Validation failed").await;
    let partners = "withPartners is only supported for non-archived, non-trashed, non-favorited, non-locked assets";
    for query in [
        "",
        "&visibility=archive",
        "&visibility=timeline&isFavorite=false",
        "&visibility=timeline&isTrashed=true",
    ] {
        refused(&format!("withPartners=true{query}"), 400, partners).await;
    }
    assert_eq!(months(&admin, &format!("personId={nobody}")).await, Vec::<Value>::new());
    assert_eq!(system.client().get("/api/timeline/buckets").await.unwrap().status, 401);
    for wrong in ["foo", "2024-13-01"] {
        assert_eq!(
            admin
                .get(&format!("/api/timeline/bucket?timeBucket={wrong}"))
                .await
                .unwrap()
                .status,
            400
        );
    }
    let empty = month(&admin, "timeBucket=2024-03-15&withCoordinates=true&withStacked=true").await;
    assert_eq!(empty.as_object().unwrap().len(), 20);
    assert!(empty.as_object().unwrap().values().all(|list| list == &json!([])));
}
