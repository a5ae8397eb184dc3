//! What albums hold.

use serde_json::{Value, json};

use super::world::{World, value};

/// Rows that are kept and should not be, or the other way round, in one look at the database.
const DIFFERENT: &str = "
with truth as (
    select content.album_id, a.id as asset_id, a.owner_id, a.deleted_at is null and a.visibility in ('timeline', 'archive') as in_sight,
        a.visibility = 'archive' as is_archived, a.is_favorite, a.local_date_time, a.created_at, a.updated_at
    from album_asset content join asset a on a.id = content.asset_id),
months as (
    select album_id, true as by_upload, date_trunc('month', created_at at time zone 'UTC')::date as month, owner_id, is_archived,
        is_favorite, count(*) as assets from truth where in_sight group by 1, 2, 3, 4, 5, 6
    union all
    select album_id, false, date_trunc('month', local_date_time)::date, owner_id, is_archived, is_favorite, count(*)
    from truth where in_sight group by 1, 2, 3, 4, 5, 6),
kept as (
    select album_id, by_upload, month, owner_id, is_archived, is_favorite, sum(assets)::bigint from album_month
    group by 1, 2, 3, 4, 5, 6 having sum(assets) <> 0)
select (select count(*) from (table truth except all table album_content) a)
    + (select count(*) from (table album_content except all table truth) b)
    + (select count(*) from (table months except all table kept) c)
    + (select count(*) from (table kept except all table months) d)";

/// An album as the plain statement tells it.
fn plain_album(album: &str) -> String {
    format!(
        "with members as (
            select a.* from album_asset aa join asset a on a.id = aa.asset_id
            where aa.album_id = '{album}' and a.deleted_at is null and a.visibility in ('timeline', 'archive'))
         select json_build_object('assetCount', count(*), 'startDate', to_char(min(local_date_time), 'YYYY-MM-DD'),
            'endDate', to_char(max(local_date_time), 'YYYY-MM-DD'),
            'changed', trunc(extract(epoch from max(updated_at)) * 1000)::bigint,
            'thumbnail', coalesce(
                (select id from members where id = (select album_thumbnail_asset_id from album where id = '{album}')),
                (select id from members order by local_date_time desc, id limit 1)),
            'contributors', (select coalesce(json_object_agg(owner_id, assets), '{{}}') from (
                select owner_id, count(*) as assets from members group by owner_id) each))::text from members"
    )
}

fn told_album(album: &Value) -> Value {
    let day = |name: &str| {
        album[name]
            .as_str()
            .map(|date| date.split('T').next().unwrap().to_owned())
    };
    let changed = album["lastModifiedAssetTimestamp"].as_str().map(|text| {
        let moment = chrono::DateTime::parse_from_rfc3339(text).unwrap();
        moment.timestamp_millis()
    });
    let contributors = album["contributorCounts"].as_array().unwrap().iter();
    let contributors = contributors.map(|one| (one["userId"].as_str().unwrap().to_owned(), one["assetCount"].clone()));
    json!({
        "assetCount": album["assetCount"], "startDate": day("startDate"), "endDate": day("endDate"), "changed": changed,
        "thumbnail": album["albumThumbnailAssetId"], "contributors": Value::Object(contributors.collect()),
    })
}

/// Months of an album as the plain statement counts them. Each question with its condition, and by what.
const QUESTIONS: [(&str, &str, &str); 11] = [
    (
        "",
        "a.deleted_at is null and a.visibility in ('timeline', 'archive')",
        "a.local_date_time",
    ),
    (
        "visibility=timeline",
        "a.deleted_at is null and a.visibility = 'timeline'",
        "a.local_date_time",
    ),
    (
        "visibility=archive",
        "a.deleted_at is null and a.visibility = 'archive'",
        "a.local_date_time",
    ),
    (
        "isFavorite=true",
        "a.deleted_at is null and a.visibility in ('timeline', 'archive') and a.is_favorite",
        "a.local_date_time",
    ),
    (
        "isFavorite=false&visibility=timeline",
        "a.deleted_at is null and a.visibility = 'timeline' and not a.is_favorite",
        "a.local_date_time",
    ),
    (
        "orderBy=createdAt",
        "a.deleted_at is null and a.visibility in ('timeline', 'archive')",
        "a.created_at at time zone 'UTC'",
    ),
    (
        "orderBy=createdAt&visibility=archive&isTrashed=false",
        "a.deleted_at is null and a.visibility = 'archive'",
        "a.created_at at time zone 'UTC'",
    ),
    (
        "isTrashed=true",
        "a.deleted_at is not null and a.status <> 'deleted' and a.owner_id = $me and a.visibility in ('timeline', 'archive')",
        "a.local_date_time",
    ),
    (
        "visibility=hidden",
        "a.deleted_at is null and a.visibility = 'hidden' and a.owner_id = $me",
        "a.local_date_time",
    ),
    (
        "visibility=locked",
        "a.deleted_at is null and a.visibility = 'locked' and a.owner_id = $me",
        "a.local_date_time",
    ),
    (
        "userId=$me",
        "a.deleted_at is null and a.visibility in ('timeline', 'archive') and a.owner_id = $me",
        "a.local_date_time",
    ),
];

fn plain_months(album: &str, condition: &str, moment: &str) -> String {
    format!(
        "select coalesce(json_agg(json_build_object('timeBucket', to_char(month, 'YYYY-MM-DD'), 'ids', ids) order by month desc), '[]')::text
         from (select date_trunc('month', {moment}) as month, json_agg(a.id order by a.id) as ids
               from album_asset aa join asset a on a.id = aa.asset_id where aa.album_id = '{album}' and {condition} group by 1) months"
    )
}

/// The months and what each of them has, by the API.
async fn told_months(world: &World, who: usize, query: &str) -> Value {
    let person = &world.people[who];
    let months = person
        .get_json(&format!("/api/timeline/buckets?{query}"))
        .await
        .unwrap();
    let mut told = Vec::new();
    for month in months.as_array().unwrap() {
        let name = month["timeBucket"].as_str().unwrap();
        let content = person
            .get_json(&format!("/api/timeline/bucket?timeBucket={name}&{query}"))
            .await
            .unwrap();
        let mut ids: Vec<_> = content["id"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap())
            .collect();
        assert_eq!(month["count"], ids.len(), "{query} {name}");
        ids.sort_unstable();
        told.push(json!({"timeBucket": name, "ids": ids}));
    }
    Value::Array(told)
}

#[tokio::test]
async fn an_album_tells_what_the_plain_statement_says_whoever_writes() {
    let world = World::new().await;
    world.storm(DIFFERENT).await;
    let sql = world.system.sql().await.unwrap();
    let mut seen = 0;
    for album in &world.albums {
        for who in 0..world.people.len() {
            let path = format!("/api/albums/{album}");
            let told = world.people[who].get_json(&path).await.unwrap();
            assert_eq!(told_album(&told), value(&sql, &plain_album(album)).await, "{told}");
            let listed = world.people[who]
                .get_json(&format!("/api/albums?id={album}"))
                .await
                .unwrap();
            assert_eq!(listed[0]["assetCount"], told["assetCount"]);
            seen += told["assetCount"].as_u64().unwrap();
            let me = world.people[who]
                .get("/api/users/me")
                .await
                .unwrap()
                .string("/id")
                .unwrap();
            for (query, condition, moment) in QUESTIONS {
                let query = format!("albumId={album}&{}", query.replace("$me", &me));
                let condition = condition.replace("$me", &format!("'{me}'"));
                let plain = value(&sql, &plain_months(album, &condition, moment)).await;
                assert_eq!(told_months(&world, who, &query).await, plain, "{query}");
            }
        }
    }
    assert!(seen > 0, "the storm has left nothing to compare");
    // An album that goes takes its rows along.
    for (who, album) in world.albums.iter().enumerate() {
        world.people[who]
            .delete(&format!("/api/albums/{album}"), None)
            .await
            .unwrap()
            .expect(204)
            .unwrap();
    }
    let left = "select (select count(*) from album_content) + (select count(*) from album_month)";
    assert_eq!(sql.query_one(left, &[]).await.unwrap().get::<_, i64>(0), 0);
}
