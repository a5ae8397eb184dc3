//! A job that calls its node ill.

use crate::scripted::Troupe;
use safelight_tests::scripted::{Order, Script, Then};
use safelight_tests::wait_until;

/// What the job's history says of attempts: how many were handed back, and how many failed.
const ATTEMPTS: &str = "
select coalesce(sum((line ->> 'what' = 'handed back')::int), 0), coalesce(sum((line ->> 'what' = 'failed')::int), 0)
from job, jsonb_array_elements(history) line where payload ->> 'then' = 'ill'";

#[tokio::test]
async fn it_waits_longer_each_time_and_is_parked_in_the_end_while_others_go_on() {
    let troupe = Troupe::of(2, &[("SAFELIGHT_RETRY_DELAY", "20ms")]).await.unwrap();
    troupe.put::<Script>(&Order::to(Then::Ill), 0).await.unwrap();
    let parked = "select count(*) from job where state = 'parked'";
    wait_until("it is parked", async || {
        // The nodes are well, and so they work.
        troupe.put::<Script>(&Order::default(), 0).await?;
        Ok(troupe.number(parked).await? == 1)
    })
    .await
    .unwrap();
    let row = troupe.sql.query_one(ATTEMPTS, &[]).await.unwrap();
    assert_eq!((row.get::<_, i64>(0), row.get::<_, i64>(1)), (4, 4));
    let reason =
        "select (history -> -1 ->> 'reason' = 'this node has a cold')::int::bigint from job where state = 'parked'";
    assert_eq!(troupe.number(reason).await.unwrap(), 1);
    let gaps = "select extract(epoch from lead(at) over (order by at) - at) * 1000 as gap from job, \
        lateral (select (line ->> 'at')::timestamptz as at from jsonb_array_elements(history) line) lines \
        where state = 'parked'";
    // After the fourth time 64 times as long as after the first, a tenth less at the least.
    let longest = format!("select max(gap)::bigint from ({gaps}) gaps");
    let longest = troupe.number(&longest).await.unwrap();
    assert!(longest >= 20 * 64 * 9 / 10, "the longest wait took {longest} ms");
    wait_until("the others are done", async || Ok(troupe.open().await? == 0))
        .await
        .unwrap();
    let ill = "select count(*) from node where state = 'ill'";
    assert_eq!(troupe.number(ill).await.unwrap(), 0);
}
