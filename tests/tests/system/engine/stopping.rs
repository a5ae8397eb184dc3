//! A process ends at its time, whoever in it does not listen.

use std::time::Instant;

use super::*;
use crate::scripted::Troupe;
use safelight_tests::scripted::{Order, Script, Then};
use safelight_tests::{Kind, wait_until};

/// The grace of the test, three times the one for jobs that were cancelled, and a slow machine.
const AT_THE_LATEST: Duration = Duration::from_secs(25);

#[tokio::test]
async fn a_thread_that_does_not_listen_is_left_behind() {
    let troupe = Troupe::of(1, &[("SAFELIGHT_STOP_GRACE", "500ms")]).await.unwrap();
    troupe.put::<Script>(&Order::to(Then::Hang), 0).await.unwrap();
    let running = "select count(*) from job where state = 'active'";
    wait_until("it hangs", async || Ok(troupe.number(running).await? == 1))
        .await
        .unwrap();
    let worker = troupe.system.service(Kind::ScriptedWorker, 0).unwrap();
    let begun = Instant::now();
    let ended = worker.terminate().await.unwrap();
    assert!(ended.success(), "{ended}");
    assert!(begun.elapsed() < AT_THE_LATEST, "{:?}", begun.elapsed());
    let back = "select count(*) from job where state = 'waiting' and losses = 0 and failures = 0";
    assert_eq!(troupe.number(back).await.unwrap(), 1, "what hung was handed back");
}
