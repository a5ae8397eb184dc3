//! Writers of all kinds on few assets, people and workers at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Result, bail};
use futures_util::future::try_join_all;
use safelight_tests::client::NewUpload;
use safelight_tests::{Client, Kind, TestSystem, media, wait_until_for};
use serde_json::{Value, json};

const ASSETS: usize = 16;
const WRITERS: usize = 12;
/// Requests of one writer.
const ROUNDS: usize = 20;

/// What the writers share.
struct Stage {
    people: Client,
    assets: Vec<String>,
    albums: Vec<String>,
    turn: AtomicUsize,
}

impl Stage {
    /// All assets, each time beginning with another, every second time backwards.
    fn assets(&self) -> Vec<&String> {
        let turn = self.turn.fetch_add(7, Ordering::Relaxed);
        let mut assets: Vec<_> = self.assets.iter().collect();
        assets.rotate_left(turn % ASSETS);
        if turn.is_multiple_of(2) {
            assets.reverse();
        }
        assets
    }

    /// The `number`th kind of change.
    async fn change(&self, number: usize) -> Result<()> {
        let assets = self.assets();
        let one = assets.first().copied().cloned().unwrap_or_default();
        let some = assets.get(..ASSETS / 2).unwrap_or_default();
        let album = self.albums.get(number % self.albums.len()).cloned().unwrap_or_default();
        let text = format!("{number}");
        let (method, path, body): (&str, String, Value) = match number % 11 {
            0 => ("PUT", "/api/assets".into(), json!({"ids": assets, "description": text})),
            1 => (
                "PUT",
                format!("/api/assets/{one}"),
                json!({"description": text, "rating": 1 + number % 5}),
            ),
            2 => (
                "PUT",
                "/api/assets".into(),
                json!({"ids": some, "isFavorite": number.is_multiple_of(2), "latitude": 1, "longitude": 2}),
            ),
            3 => (
                "POST",
                "/api/assets/jobs".into(),
                json!({"assetIds": assets, "name": "refresh-metadata"}),
            ),
            4 => ("PUT", format!("/api/albums/{album}/assets"), json!({"ids": assets})),
            5 => ("DELETE", format!("/api/albums/{album}/assets"), json!({"ids": some})),
            6 => ("PUT", "/api/assets".into(), json!({"ids": some, "dateTimeRelative": 1})),
            7 => (
                "PUT",
                "/api/albums/assets".into(),
                json!({"albumIds": self.albums, "assetIds": assets}),
            ),
            8 => (
                "PUT",
                format!("/api/assets/{one}/metadata"),
                json!({"items": [{"key": "mobile-app", "value": {"n": number}}]}),
            ),
            9 => ("POST", "/api/trash/restore/assets".into(), json!({"ids": assets})),
            _ => (
                "POST",
                "/api/assets/jobs".into(),
                json!({"assetIds": some, "name": "regenerate-thumbnail"}),
            ),
        };
        let answer = self.people.send(method.parse()?, &path, Some(&body)).await?;
        if answer.status >= 500 {
            bail!("{method} {path} answered {}: {}", answer.status, answer.text());
        }
        answer.ok().map(drop)
    }
}

async fn deadlocks(sql: &tokio_postgres::Client) -> Result<i64> {
    let counted = "select deadlocks from pg_stat_database where datname = current_database()";
    Ok(sql.query_one(counted, &[]).await?.get(0))
}

#[tokio::test]
async fn writers_of_all_kinds_never_wait_for_each_other_in_a_circle() {
    let system = TestSystem::builder()
        .own_postgres()
        .gateways(2)
        .photo_workers()
        .workers(&[Kind::MetadataWorker])
        .env("SAFELIGHT_DB_POOL_SHARE", "100")
        .env("SAFELIGHT_DB_POOL_WAIT", "60s")
        .start()
        .await
        .unwrap();
    let people = system.client().sign_up_admin().await.unwrap();
    let mut assets = Vec::new();
    for number in 0..ASSETS {
        let photo = NewUpload::new(&format!("{number}.jpg"), media::jpeg());
        assets.push(people.upload(&photo).await.unwrap().id);
    }
    let mut albums = Vec::new();
    for name in ["a", "b", "c"] {
        let album = json!({"albumName": name, "assetIds": assets});
        albums.push(people.post("/api/albums", &album).await.unwrap().string("/id").unwrap());
    }
    let stage = Arc::new(Stage {
        people,
        assets,
        albums,
        turn: AtomicUsize::new(0),
    });
    let writers = (0..WRITERS).map(|writer| {
        let stage = Arc::clone(&stage);
        tokio::spawn(async move {
            for round in 0..ROUNDS {
                stage.change(writer + round * 5).await?;
            }
            anyhow::Ok(())
        })
    });
    for written in try_join_all(writers).await.unwrap() {
        written.unwrap();
    }
    // While they delete, too: what is in albums, is shown by them, and has jobs.
    let (gone, kept) = stage.assets.split_at(ASSETS / 2);
    let delete = async {
        for chunk in gone.chunks(3) {
            let body = json!({"ids": chunk, "force": true});
            stage.people.delete("/api/assets", Some(&body)).await?.expect(204)?;
        }
        anyhow::Ok(())
    };
    let fill = async {
        for round in 0..6 {
            let album = &stage.albums[round % stage.albums.len()];
            let ids = json!({"ids": kept});
            let path = format!("/api/albums/{album}/assets");
            for answer in [
                stage.people.put(&path, &json!({"ids": stage.assets})).await?,
                stage.people.delete(&path, Some(&ids)).await?,
            ] {
                answer.expect(200)?;
            }
        }
        anyhow::Ok(())
    };
    tokio::try_join!(delete, fill).unwrap();

    let sql = system.sql().await.unwrap();
    let patience = std::time::Duration::from_secs(180);
    wait_until_for(patience, "all jobs are done", || async {
        Ok(sql.query_one("select count(*) from job", &[]).await?.get::<_, i64>(0) == 0)
    })
    .await
    .unwrap();
    let left = sql.query_one("select count(*) from asset", &[]).await.unwrap();
    assert_eq!(usize::try_from(left.get::<_, i64>(0)).unwrap(), kept.len());
    assert_eq!(deadlocks(&sql).await.unwrap(), 0);
    let log = system.postgres().log().unwrap();
    assert!(!log.contains("deadlock detected"), "{log}");
}
