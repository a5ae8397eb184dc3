//! The gateway's connections to the database are shared out.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::join_all;
use safelight_tests::client::{Answer, NewUpload};
use safelight_tests::{Client, Kind, TestSystem, media, wait_until};
use serde_json::json;
use tokio::task::JoinHandle;

/// Connections of the gateway, and how long it lets somebody wait for one.
const POOL: usize = 5;
const WAIT: Duration = Duration::from_secs(1);

/// A gateway with a small pool, of which one person may hold `share` percent.
async fn system(share: &str) -> TestSystem {
    TestSystem::builder()
        .env("SAFELIGHT_DB_POOL_SIZE", &POOL.to_string())
        .env("SAFELIGHT_DB_POOL_SHARE", share)
        .env("SAFELIGHT_DB_POOL_WAIT", "1s")
        .start()
        .await
        .unwrap()
}

/// An asset whose row a test holds, so that whoever changes it keeps a connection for as long.
struct Jam {
    holder: tokio_postgres::Client,
    requests: Vec<JoinHandle<Result<Answer>>>,
}

impl Jam {
    /// Lets `client` send `requests` changes of an asset of its own that is held, and waits until `jammed` of the gateway's
    /// connections are.
    async fn make(system: &TestSystem, client: &Client, requests: usize, jammed: usize) -> Self {
        let asset = client.upload(&NewUpload::new("a.jpg", media::jpeg())).await.unwrap().id;
        let holder = system.sql().await.unwrap();
        let hold = format!("begin; select id from asset where id = '{asset}' for update");
        holder.batch_execute(&hold).await.unwrap();
        let path = format!("/api/assets/{asset}");
        let send = |_| {
            let (client, path) = (client.clone(), path.clone());
            tokio::spawn(async move { client.put(&path, &json!({"isFavorite": true})).await })
        };
        let requests = (0..requests).map(send).collect();
        // By a line of its own: within a transaction the first look would be all there is to see.
        let sql = system.sql().await.unwrap();
        let waiting = "select count(*) from pg_stat_activity where datname = current_database() \
            and application_name = 'safelight api-gateway' and wait_event_type = 'Lock'";
        wait_until("the connections are held", || async {
            Ok(sql.query_one(waiting, &[]).await?.get::<_, i64>(0) == i64::try_from(jammed)?)
        })
        .await
        .unwrap();
        Self { holder, requests }
    }

    /// Lets the asset go; the answers of all.
    async fn end(self) -> Vec<Answer> {
        self.holder.batch_execute("rollback").await.unwrap();
        let answers = join_all(self.requests).await;
        answers.into_iter().map(|answer| answer.unwrap().unwrap()).collect()
    }
}

fn is_told_to_come_again(answer: &Answer) -> bool {
    answer.status == 503
        && answer
            .header("retry-after")
            .parse::<u32>()
            .is_ok_and(|seconds| seconds > 0)
        && answer.string("/message").is_ok_and(|message| message.contains("busy"))
}

#[tokio::test]
async fn a_greedy_person_has_a_share_and_the_others_have_the_rest() {
    let system = system("40").await;
    let greedy = system.client().sign_up_admin().await.unwrap();
    let modest = system.person("modest").await.unwrap();
    let jam = Jam::make(&system, &greedy, 30, POOL * 40 / 100).await;
    for _ in 0..20 {
        modest.get("/api/albums").await.unwrap().expect(200).unwrap();
    }
    // What is beyond the share is not kept waiting for long.
    wait_until("only those with a connection wait", || async {
        Ok(jam.requests.iter().filter(|request| !request.is_finished()).count() == POOL * 40 / 100)
    })
    .await
    .unwrap();
    modest.get("/api/albums").await.unwrap().expect(200).unwrap();
    let answers = jam.end().await;
    let (done, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!(done.len(), POOL * 40 / 100);
    assert!(
        refused.iter().all(|answer| is_told_to_come_again(answer)),
        "{refused:?}"
    );
    greedy.get("/api/albums").await.unwrap().expect(200).unwrap();
}

#[tokio::test]
async fn a_full_pool_says_so_soon_and_pings_and_probes_never_wait_for_it() {
    let system = system("100").await;
    let greedy = system.client().sign_up_admin().await.unwrap();
    let modest = system.person("modest").await.unwrap();
    let jam = Jam::make(&system, &greedy, POOL, POOL).await;

    let asked = Instant::now();
    let answer = modest.get("/api/albums").await.unwrap();
    assert!(is_told_to_come_again(&answer), "{answer:?}");
    assert!(asked.elapsed() >= WAIT, "somebody might have finished");
    // Not the ten seconds after which a lock is given up.
    assert!(asked.elapsed() < Duration::from_secs(8), "{:?}", asked.elapsed());

    modest.get("/api/server/ping").await.unwrap().expect(200).unwrap();
    let gateway = system.service(Kind::ApiGateway, 0).unwrap();
    for probe in ["/livez", "/readyz"] {
        let url = format!("{}{probe}", gateway.health_url());
        assert_eq!(reqwest::get(url).await.unwrap().status(), 200, "{probe}");
    }
    assert!(jam.requests.iter().all(|request| !request.is_finished()));
    let answers = jam.end().await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{answers:?}");
    modest.get("/api/albums").await.unwrap().expect(200).unwrap();
}
