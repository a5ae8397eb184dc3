//! Accounts that are removed go with everything they own, in steps that a kill does not disturb.

use safelight_tests::system::Kind;
use safelight_tests::wait_until;
use uuid::Uuid;

use super::House;

/// More than three steps of the worker.
const BULK: i64 = 1_700;

impl House {
    async fn count(&self, table: &str) -> i64 {
        let count = self.text(&format!("select count(*)::text from {table}")).await;
        count.unwrap().unwrap().parse().unwrap()
    }
}

#[tokio::test]
async fn a_removed_account_leaves_no_row_and_no_file_even_if_the_worker_is_killed() {
    let house = House::open(&[]).await.unwrap();
    let (asset, original) = house.asset("a.jpg", b"12345").await.unwrap();
    let [preview, profile, upload] = ["a_preview-1.jpeg", "me.webp", "me.png"].map(|name| house.place(name).unwrap());
    let library = house.system.folder().join("library.jpg");
    for path in [&preview, &profile, &upload, &library] {
        std::fs::write(path, b"x").unwrap();
    }
    house.file_row(asset, "preview", &preview).await.unwrap();
    let (user, other) = (house.owner, Uuid::new_v4());
    house
        .sql
        .batch_execute(&format!(
            "insert into asset (owner_id, type, original_path, original_file_name, checksum, file_created_at, \
                file_modified_at, local_date_time) \
             select '{user}', 'IMAGE', '/nowhere/' || i, 'x.jpg', uuid_send(gen_random_uuid()), now(), now(), now() \
             from generate_series(1, {BULK}) i; \
             update asset set is_external = true, original_path = '{}' where original_path = '/nowhere/1'; \
             insert into \"user\" (id, email) values ('{other}', 'other@b.cd'); \
             insert into album (id) values ('{user}'), ('{other}'); \
             insert into album_user (album_id, user_id, role) values ('{user}', '{user}', 'owner'), \
                ('{user}', '{other}', 'editor'), ('{other}', '{other}', 'owner'), ('{other}', '{user}', 'viewer'); \
             insert into profile_upload (user_id, upload, path, file_name) values ('{user}', '{user}', '{}', 'me.png'); \
             update \"user\" set profile_image_path = '{}', status = 'removing', deleted_at = now() where id = '{user}'",
            library.display(),
            upload.display(),
            profile.display(),
        ))
        .await
        .unwrap();
    house
        .enqueue("backgroundTask", "UserDelete", &user.to_string(), "{}", None)
        .await
        .unwrap();
    wait_until("the first step is done", async || Ok(house.count("asset").await < BULK))
        .await
        .unwrap();
    let worker = house.system.service(Kind::MetadataWorker, 0).unwrap();
    worker.kill().unwrap();
    house.system.start(Kind::MetadataWorker).await.unwrap();
    house.done().await.unwrap();

    let left = house.text("select string_agg(email, ' ') from \"user\"").await.unwrap();
    assert_eq!(left.as_deref(), Some("other@b.cd"));
    assert_eq!((house.count("asset").await, house.count("album").await), (0, 1));
    for gone in [&original, &preview, &profile, &upload] {
        assert!(!gone.exists(), "{}", gone.display());
    }
    assert!(library.exists(), "what an external library holds is its own");
    assert_eq!(house.count("job where state = 'parked'").await, 0);
}

#[tokio::test]
async fn accounts_go_when_their_days_are_over_and_not_before() {
    let house = House::open(&[]).await.unwrap();
    house
        .sql
        .batch_execute(
            "insert into \"user\" (email, status, deleted_at) values \
             ('old', 'deleted', now() - interval '8 days'), ('young', 'deleted', now() - interval '6 days'), \
             ('given-up', 'removing', now()), ('restored', 'active', null)",
        )
        .await
        .unwrap();
    let restored = house
        .text("select id::text from \"user\" where email = 'restored'")
        .await
        .unwrap()
        .unwrap();
    for (kind, key) in [("UserDeleteCheck", ""), ("UserDelete", &restored)] {
        house.enqueue("backgroundTask", kind, key, "{}", None).await.unwrap();
    }
    house.done().await.unwrap();
    let left = house
        .text("select string_agg(email, ' ' order by email) from \"user\"")
        .await
        .unwrap();
    assert_eq!(left.as_deref(), Some("a@b.cd restored young"));
}
