//! `seed-library`: what it makes is as if people had uploaded it, and it is careful with what is there.

use std::process::Output;

use safelight_tests::million;
use safelight_tests::servers::TestDatabase;
use safelight_tests::{Kind, TestSystem, binaries, wait_until};
use serde_json::json;
use sha1::{Digest as _, Sha1};

async fn seed(system: &TestSystem, arguments: &[&str]) -> Output {
    let mut command = tokio::process::Command::new(binaries::path("seed-library").unwrap());
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    command.envs(system.env().iter().cloned()).args(arguments);
    command.output().await.unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.as_slice(), &output.stderr].concat()).into_owned()
}

async fn number(system: &TestSystem, query: &str) -> i64 {
    let row = system.sql().await.unwrap().query_one(query, &[]).await.unwrap();
    row.get(0)
}

/// A library of this size is looked at by the web app, the worker of the nights and a downloader.
#[tokio::test]
async fn a_seeded_library_is_as_if_it_had_been_uploaded() {
    let system = TestSystem::builder().start().await.unwrap();
    let output = seed(&system, &["2000", "--files"]).await;
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("altogether, 2000 assets"), "{}", said(&output));

    let all = "select count(*) from asset";
    assert_eq!(number(&system, all).await, 2000);
    for (none, query) in [
        ("job", "select count(*) from job"),
        (
            "checksum twice",
            "select count(*) - count(distinct checksum) from asset",
        ),
        (
            "asset without tags",
            "select count(*) from asset a where not exists (select from asset_exif e where e.asset_id = a.id)",
        ),
        (
            "live photo without its part",
            "select count(*) from asset photo join asset part on part.id = photo.live_photo_video_id
             where part.owner_id <> photo.owner_id or part.status <> photo.status
               or (part.visibility = 'locked') <> (photo.visibility = 'locked')
               or part.visibility not in ('hidden', 'locked')",
        ),
        (
            "locked asset in an album",
            "select count(*) from album_asset join asset on id = asset_id where visibility in ('locked', 'hidden')",
        ),
        (
            "wrong usage",
            "select count(*) from \"user\" u where quota_usage_in_bytes <> coalesce((select sum(file_size_in_byte)
                + coalesce(sum(size_in_byte), 0) from asset a join asset_exif e on e.asset_id = a.id
                left join asset_file f on f.asset_id = a.id and f.type = 'sidecar' where a.owner_id = u.id), 0)",
        ),
    ] {
        assert_eq!(number(&system, query).await, 0, "{none}");
    }
    let half = "select count(*) from asset join \"user\" u on u.id = owner_id where email = 'person-1@seed.example'";
    let half = number(&system, half).await;
    assert!((800..1200).contains(&half), "{half}");

    let session = "insert into session (token, user_id) select sha256('one'), id from \"user\" where email = 'person-1@seed.example'";
    system.sql().await.unwrap().batch_execute(session).await.unwrap();
    let one = system.client().with_token("one").unwrap();
    let found = one
        .post(
            "/api/search/metadata",
            &json!({"withExif": true, "visibility": "timeline"}),
        )
        .await
        .unwrap();
    let found = found.expect(200).unwrap().json().unwrap();
    for asset in found["assets"]["items"].as_array().unwrap().iter().take(20) {
        let id = asset["id"].as_str().unwrap();
        let original = one.get(&format!("/api/assets/{id}/original")).await.unwrap();
        let original = original.expect(200).unwrap();
        let sum = format!("{:x}", Sha1::digest(&original.body));
        let told = format!("select count(*) from asset where id = '{id}' and encode(checksum, 'hex') = '{sum}'");
        assert_eq!(number(&system, &told).await, 1, "{asset}");
        let picture = one
            .get(&format!("/api/assets/{id}/thumbnail?size=preview"))
            .await
            .unwrap();
        picture.expect(200).unwrap();
    }
    assert_eq!(one.get_json("/api/albums").await.unwrap().as_array().unwrap().len(), 2);

    // At night nothing is missing, and nobody's usage is another.
    let sql = system.sql().await.unwrap();
    let night = "insert into job (id, queue, kind, payload, payload_version, class) values
        (uuid_v7(), 'backgroundTask', 'AssetGenerateThumbnailsQueueAll', '{}', 1, 0),
        (uuid_v7(), 'backgroundTask', 'UserSyncUsage', '{}', 1, 0)";
    let usage = "select sum(quota_usage_in_bytes)::bigint from \"user\"";
    let before = number(&system, usage).await;
    sql.batch_execute(night).await.unwrap();
    system.start(Kind::MetadataWorker).await.unwrap();
    wait_until("the night is over", async || {
        Ok(sql.query_one("select count(*) from job", &[]).await?.get::<_, i64>(0) == 0)
    })
    .await
    .unwrap();
    assert_eq!(number(&system, usage).await, before);
}

#[tokio::test]
async fn a_library_that_is_there_is_left_alone() {
    let system = TestSystem::builder().gateways(0).start().await.unwrap();
    for (arguments, complaint) in [
        (&[][..], "how many assets?"),
        (&["0"], "between 1 and"),
        (&["many"], "no number"),
    ] {
        let output = seed(&system, arguments).await;
        assert!(
            !output.status.success() && said(&output).contains(complaint),
            "{}",
            said(&output)
        );
    }
    let output = seed(&system, &["300"]).await;
    assert!(output.status.success(), "{}", said(&output));
    let output = seed(&system, &["200"]).await;
    assert!(
        !output.status.success() && said(&output).contains("is not empty"),
        "{}",
        said(&output)
    );
    let all = "select count(*) from asset";
    assert_eq!(number(&system, all).await, 300);
    let output = seed(&system, &["200", "--more", "--alone"]).await;
    assert!(
        !output.status.success() && said(&output).contains("an empty library only"),
        "{}",
        said(&output)
    );
    let output = seed(&system, &["200", "--more"]).await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(number(&system, all).await, 500);
}

/// What is put down while the rows of the large library come is made anew as it was.
#[tokio::test]
async fn the_large_library_has_the_indexes_of_any_other() {
    const INDEXES: &str = "
        select string_agg(found.line, e'\\n' order by found.line) from (
            select indexdef as line from pg_indexes where schemaname = 'public'
            union all
            select conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
            where connamespace = 'public'::regnamespace) found";
    let fresh = TestDatabase::create().await.unwrap().connect().await.unwrap();
    let fresh: String = fresh.query_one(INDEXES, &[]).await.unwrap().get(0);
    let turn = million::turn().await.unwrap();
    let large = turn.system().sql().await.unwrap();
    let large: String = large.query_one(INDEXES, &[]).await.unwrap().get(0);
    assert_eq!(large, fresh);
}
