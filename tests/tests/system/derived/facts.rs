//! Numbers, lists of places and cameras, the map and folders.

use serde_json::{Value, json};

use super::world::{World, value};

/// Rows that are kept and should not be, or the other way round, in one look at the database.
const DIFFERENT: &str = "
with truth as (
    select a.id as asset_id, a.owner_id, a.type, a.visibility, a.deleted_at is not null as is_trashed,
        a.library_id is not null as is_external, coalesce(e.file_size_in_byte, 0) as bytes,
        (select coalesce(sum(size_in_byte), 0)::bigint from asset_file f where f.asset_id = a.id and f.type = 'sidecar') as sidecar_bytes,
        a.file_created_at, e.latitude is not null and e.longitude is not null as has_coordinates,
        e.country, e.state, e.city, e.make, e.model, e.lens_model
    from asset a left join asset_exif e on e.asset_id = a.id),
counts as (
    select owner_id, type, visibility, is_trashed, is_external, count(*), sum(bytes)::bigint, sum(sidecar_bytes)::bigint
    from truth group by 1, 2, 3, 4, 5),
kept_counts as (
    select owner_id, type, visibility, is_trashed, is_external, sum(assets)::bigint, sum(bytes)::bigint, sum(sidecar_bytes)::bigint
    from asset_count group by 1, 2, 3, 4, 5 having sum(assets) <> 0 or sum(bytes) <> 0 or sum(sidecar_bytes) <> 0),
labels as (
    select owner_id, visibility = 'timeline', country, state, city, make, model, lens_model, count(*) from truth
    where not is_trashed and visibility <> 'locked' and coalesce(country, state, city, make, model, lens_model) is not null
    group by 1, 2, 3, 4, 5, 6, 7, 8),
kept_labels as (
    select owner_id, in_timeline, country, state, city, make, model, lens_model, sum(assets)::bigint from asset_label
    group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(assets) <> 0)
select (select count(*) from (table truth except all table asset_fact) a)
    + (select count(*) from (table asset_fact except all table truth) b)
    + (select count(*) from (table counts except all table kept_counts) c)
    + (select count(*) from (table kept_counts except all table counts) d)
    + (select count(*) from (table labels except all table kept_labels) e)
    + (select count(*) from (table kept_labels except all table labels) f)";

/// What is asked, and the plain statement for the assets `a` with tags `e` of `$me`. Orders are compared by the test.
const QUESTIONS: [(&str, &str); 11] = [
    ("/api/search/suggestions?type=city", "select json_agg(distinct e.city) from mine where e.city is not null and a.visibility <> 'locked'"),
    ("/api/search/suggestions?type=country&make=Canon",
        "select json_agg(distinct e.country) from mine where e.country is not null and e.make = 'Canon' and a.visibility <> 'locked'"),
    ("/api/search/suggestions?type=camera-model&make=Canon",
        "select json_agg(distinct e.model) from mine where e.model is not null and e.make = 'Canon' and a.visibility <> 'locked'"),
    ("/api/search/suggestions?type=camera-make",
        "select json_agg(distinct e.make) from mine where e.make is not null and a.visibility <> 'locked'"),
    ("/api/search/cities", "select json_agg(id order by city) from (
        select distinct on (e.city) a.id, e.city from mine where a.visibility = 'timeline' and e.city is not null
        order by e.city, a.file_created_at desc, a.id) newest"),
    ("/api/search/explore", "select json_agg(id order by assets desc, id) from (
        select distinct on (e.city) a.id, count(*) over (partition by e.city) as assets from mine
        where a.visibility = 'timeline' and e.city is not null order by e.city, a.file_created_at desc, a.id) newest where assets >= 5"),
    ("/api/map/markers", "select json_agg(a.id order by a.file_created_at desc, a.id) from mine
        where a.visibility = 'timeline' and e.latitude is not null and e.longitude is not null"),
    ("/api/map/markers?isArchived=true&isFavorite=true", "select json_agg(a.id order by a.file_created_at desc, a.id) from mine
        where a.visibility in ('timeline', 'archive') and a.is_favorite and e.latitude is not null and e.longitude is not null"),
    (
        "/api/assets/statistics",
        "select json_build_array(json_build_object('images', count(*) filter (where a.type = 'IMAGE'),
            'videos', count(*) filter (where a.type = 'VIDEO'), 'total', count(*)))
        from mine where a.visibility in ('timeline', 'archive')",
    ),
    (
        "/api/assets/statistics?visibility=hidden",
        "select json_build_array(json_build_object('images', count(*) filter (where a.type = 'IMAGE'),
            'videos', count(*) filter (where a.type = 'VIDEO'), 'total', count(*)))
        from mine where a.visibility = 'hidden'",
    ),
    ("/api/view/folder/unique-paths", "select json_agg(distinct regexp_replace(a.original_path, '/[^/]*$', '')) from mine
        where a.visibility = 'timeline'"),
];

/// The ids or words of an answer.
fn told(answer: &Value) -> Value {
    if answer.is_object() {
        return json!([answer]);
    }
    let list = match answer.pointer("/0/items") {
        Some(offered) => offered
            .as_array()
            .unwrap()
            .iter()
            .map(|item| &item["data"]["id"])
            .collect(),
        None => answer
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one.get("id").unwrap_or(one))
            .collect::<Vec<_>>(),
    };
    json!(list)
}

/// The plain statement for everybody's numbers.
const USAGE: &str = "
select json_agg(json_build_object('userId', u.id, 'photos', photos, 'videos', videos, 'usage', usage) order by u.created_at, u.id)::text
from \"user\" u cross join lateral (
    select count(*) filter (where a.type = 'IMAGE' and a.visibility <> 'hidden') as photos,
        count(*) filter (where a.type = 'VIDEO' and a.visibility <> 'hidden' and (a.visibility <> 'locked'
            or not exists (select from asset photo where photo.live_photo_video_id = a.id and photo.id <> a.id))) as videos,
        coalesce(sum(e.file_size_in_byte), 0)::bigint as usage
    from asset a left join asset_exif e on e.asset_id = a.id where a.owner_id = u.id and a.deleted_at is null) kept";

#[tokio::test]
async fn what_is_kept_of_a_library_is_what_the_plain_statement_says_whoever_writes() {
    let world = World::new().await;
    world.storm(DIFFERENT).await;
    let sql = world.system.sql().await.unwrap();
    // A live photo in the locked folder, of which only the photo counts.
    sql.batch_execute(
        "with ours as (select a.id, row_number() over (order by a.id) as n from asset a join \"user\" u on u.id = a.owner_id where u.is_admin)
         update asset set type = 'IMAGE', deleted_at = null, status = 'active', visibility = 'locked',
            live_photo_video_id = (select id from ours where n = 2) where id = (select id from ours where n = 1);
         update asset set type = 'VIDEO' where id in (select live_photo_video_id from asset)",
    )
    .await
    .unwrap();
    assert_eq!(sql.query_one(DIFFERENT, &[]).await.unwrap().get::<_, i64>(0), 0);
    let mut seen = 0;
    for person in &world.people {
        let me = person.get("/api/users/me").await.unwrap().string("/id").unwrap();
        for (path, plain) in QUESTIONS {
            let mine = format!(
                "asset a join asset_exif e on e.asset_id = a.id and a.owner_id = '{me}' and a.deleted_at is null"
            );
            let plain = plain.replace("mine", &mine);
            let plain = value(&sql, &format!("select coalesce(({plain}), '[]')::text")).await;
            let answer = told(&person.get_json(path).await.unwrap());
            assert_eq!(answer, plain, "{path}");
            seen += answer.as_array().unwrap().len();
        }
    }
    assert!(seen > 20, "the storm has left nothing to compare");
    let told = world.people[0].get_json("/api/server/statistics").await.unwrap();
    let told = told["usageByUser"].as_array().unwrap().iter().map(|user| {
        json!({"userId": user["userId"], "photos": user["photos"], "videos": user["videos"], "usage": user["usage"]})
    });
    assert_eq!(Value::Array(told.collect()), value(&sql, USAGE).await);
    // Differences are made one now and then, whoever writes: that none of the last 2,500 did has a chance of one in 270,000.
    let touch = format!(
        "do $$ begin for n in 1..3000 loop
            update asset_exif set file_size_in_byte = n where asset_id = (select id from asset where owner_id = '{}' limit 1);
         end loop; end $$",
        world.people[1].get("/api/users/me").await.unwrap().string("/id").unwrap()
    );
    sql.batch_execute(&touch).await.unwrap();
    let rows: i64 = sql
        .query_one("select count(*) from asset_count", &[])
        .await
        .unwrap()
        .get(0);
    assert!(rows < 2_500, "{rows}");
    assert_eq!(sql.query_one(DIFFERENT, &[]).await.unwrap().get::<_, i64>(0), 0);
}
