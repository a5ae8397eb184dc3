//! The page in a real browser while Redis and Postgres are there and say nothing: `tests/clients/hung-page.mjs`.

use safelight_tests::process::Signal;
use safelight_tests::proxy::Proxy;
use safelight_tests::servers::shared_redis;
use safelight_tests::system::Kind;
use safelight_tests::{TestSystem, wait_until};

use crate::clients::clients;
use crate::page::{Script, browser, write_files};

async fn happen(what: &str, system: &TestSystem, proxy: &Proxy) {
    let log = |kind| system.service(kind, 0).unwrap().log();
    match what {
        "redis hangs" => {
            proxy.cut_all();
            wait_until("the gateway cannot read", || async {
                Ok(log(Kind::ApiGateway).contains("events cannot be read"))
            })
            .await
            .unwrap();
        }
        "events are lost" => wait_until("the worker could not tell", || async {
            Ok(log(Kind::ThumbnailWorker).contains("an event could not be published"))
        })
        .await
        .unwrap(),
        "redis returns" => proxy.cut(),
        "postgres hangs" => system.postgres().signal(Signal::STOP).await.unwrap(),
        "postgres returns" => system.postgres().signal(Signal::CONT).await.unwrap(),
        _ => panic!("the script asks for {what}"),
    }
}

#[tokio::test]
async fn an_open_page_outlives_servers_that_say_nothing() {
    let (Some(clients), Some(browser)) = (clients(), browser()) else {
        return;
    };
    let proxy = Proxy::to(shared_redis().await.unwrap().port()).await.unwrap();
    let url = format!("redis://127.0.0.1:{}", proxy.port());
    let builder = TestSystem::builder().own_postgres().photo_workers();
    let system = builder.env("REDIS_URL", &url).start().await.unwrap();
    let files = system.folder().join("files");
    write_files(&files);
    let mut script = Script::start("hung-page.mjs", &system, &clients, &browser, &files);
    while let Some(what) = script.next().await {
        happen(&what, &system, &proxy).await;
        script.done().await;
    }
}
