//! What meets another, and what others hold for too long.

use safelight_tests::TestSystem;
use safelight_tests::client::NewUpload;
use safelight_tests::media;
use serde_json::json;

#[tokio::test]
async fn a_row_that_others_hold_for_too_long_is_told_as_busy() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let photo = admin.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(&format!(
        "begin; select from asset where id = '{}' for update",
        photo.id
    ))
    .await
    .unwrap();
    let path = format!("/api/assets/{}", photo.id);
    let refused = admin.put(&path, &json!({"isFavorite": true})).await.unwrap();
    let refused = refused.expect(503).unwrap();
    assert_eq!(refused.header("retry-after"), "1");
    assert!(refused.string("/message").unwrap().contains("busy"));
    sql.batch_execute("rollback").await.unwrap();
    admin
        .put(&path, &json!({"isFavorite": true}))
        .await
        .unwrap()
        .expect(200)
        .unwrap();
}

/// The first change of an account meets another one.
const MEETS: &str = "
create sequence changes;
create function meets_another() returns trigger language plpgsql as $$
begin
    if nextval('changes') = 1 then
        raise exception 'deadlock detected' using errcode = '40P01';
    end if;
    return new;
end $$;
create trigger meets_another before update of name on \"user\" for each row execute function meets_another()";

#[tokio::test]
async fn a_change_of_an_account_that_meets_another_is_tried_again() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let sql = system.sql().await.unwrap();
    sql.batch_execute(MEETS).await.unwrap();
    let me = admin.get_json("/api/users/me").await.unwrap();
    let path = format!("/api/admin/users/{}", me["id"].as_str().unwrap());
    let changed = admin.put(&path, &json!({"name": "Somebody"})).await.unwrap();
    assert_eq!(changed.expect(200).unwrap().string("/name").unwrap(), "Somebody");
    let tries = sql.query_one("select last_value from changes", &[]).await.unwrap();
    assert_eq!(tries.get::<_, i64>(0), 2);
}
