//! From which index large libraries are answered: the plans of the very statements, as Postgres explains them.

use safelight_tests::system::Kind;
use safelight_tests::{TestSystem, wait_until};
use serde_json::json;

use super::{ask, get};

/// Assets of the admin and of another person, 20,000 each, in 200 folders.
const FILL: &str = "
insert into \"user\" (id, email, name) values ('11111111-1111-4111-8111-111111111111', 'other@example.com', 'Other');
insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, file_modified_at,
    local_date_time)
select u.id, 'IMAGE', '/x/' || n % 200 || '/' || n, 'IMG_' || md5(n::text) || '.jpg', decode(md5(u.id::text || n), 'hex'), t, t,
    t at time zone 'UTC'
from \"user\" u, generate_series(1, 20000) n,
    lateral (select timestamptz '2020-01-01 00:00:00Z' + n * interval '35 minutes' as t) times;
insert into asset_exif (asset_id, file_size_in_byte, description, latitude, longitude)
select id, n, md5((n + 1)::text), case when n % 1000 = 0 then 48 end, case when n % 1000 = 0 then 11 end
from (select id, split_part(original_path, '/', 4)::int as n from asset) numbered;
analyze asset; analyze asset_exif";

/// Makes Postgres write the plan of every statement of this database into its log, from the next connection on.
const EXPLAIN: &str = "
do $$ begin
    execute format('alter database %I set session_preload_libraries = auto_explain', current_database());
    execute format('alter database %I set auto_explain.log_min_duration = 0', current_database());
end $$";

#[tokio::test]
async fn a_large_library_is_searched_by_its_indexes() {
    let system = TestSystem::builder().gateways(0).start().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(EXPLAIN).await.unwrap();
    system.start(Kind::ApiGateway).await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    sql.batch_execute(FILL).await.unwrap();

    let page = ask(&admin, "/api/search/metadata", &json!({"page": 3})).await;
    assert_eq!(
        (&page["assets"]["count"], &page["assets"]["nextPage"]),
        (&json!(250), &json!("4"))
    );
    for question in [
        json!({"order": "asc"}),
        json!({"takenAfter": "2020-06-01T00:00:00Z", "takenBefore": "2020-06-02T00:00:00Z"}),
        json!({"originalFileName": "C4CA4238A0"}),
        json!({"description": "c4ca4238a0"}),
    ] {
        ask(&admin, "/api/search/metadata", &question).await;
    }
    ask(&admin, "/api/search/large-assets?size=10", &json!({})).await;
    assert_eq!(
        get(&admin, "/api/view/folder?path=%2Fx%2F7")
            .await
            .as_array()
            .unwrap()
            .len(),
        100
    );
    assert_eq!(get(&admin, "/api/map/markers").await.as_array().unwrap().len(), 20);

    for (what, part, index) in [
        (
            "a page",
            "order by a.file_created_at desc, a.id desc limit",
            "Index Scan using asset_search ",
        ),
        (
            "the oldest",
            "order by a.file_created_at, a.id limit",
            "Index Scan Backward using asset_search ",
        ),
        ("some days", "a.file_created_at >= ", "asset_search "),
        ("part of a name", "like lower(", "asset_name_part"),
        (
            "part of a description",
            "lower(e.description",
            "asset_exif_description_part",
        ),
        ("the largest", "order by e.file_size_in_byte", "asset_exif_size "),
        ("a folder", "regexp_replace(a.original_path", "asset_folder"),
        ("the map", "e.latitude as lat", "asset_exif_place"),
    ] {
        wait_until(&format!("{what} is answered from {index}"), || async {
            let plans = plans(&system.postgres().log()?, part);
            anyhow::ensure!(plans.iter().any(|plan| plan.contains(index)), "{plans:#?}");
            Ok(true)
        })
        .await
        .unwrap();
    }
}

/// The explained statements that have this part.
fn plans(log: &str, part: &str) -> Vec<String> {
    let explained = log.split("Query Text:").skip(1);
    let of_part = explained.filter(|plan| {
        plan.lines()
            .take_while(|line| !line.contains("cost="))
            .any(|line| line.contains(part))
    });
    of_part.map(str::to_owned).collect()
}
