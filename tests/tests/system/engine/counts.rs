//! How many jobs have ended: appended by each, added up by beats.

use super::*;
use safelight_core::fleet::tidy;
use safelight_core::jobs::engine::beat::beat;
use safelight_core::jobs::engine::finish_empty;

const COMPLETED: &str = "select coalesce(sum(completed), 0) from queue_completed";
const APPENDED: &str = "select count(*) from queue_ended";

/// Ends `jobs` jobs of a node, each by itself.
async fn end(conn: &mut AsyncPgConnection, node: Uuid, jobs: usize) {
    for _ in 0..jobs {
        let row = put_and_claim(conn, Uuid::new_v4()).await.unwrap();
        let ended = finish_empty(conn, QueueName::ThumbnailGeneration, node, &[(row.id, row.lease)]).await;
        assert_eq!(ended.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn a_beat_adds_up_what_its_node_has_ended() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let (ours, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
    end(&mut conn, ours, 3).await;
    end(&mut conn, other, 2).await;
    assert_eq!(jobs.value(COMPLETED).await.unwrap(), "5", "counted before any beat");
    for _ in 0..2 {
        beat(&mut conn, pulse(vec![])).await.unwrap();
        assert_eq!(jobs.value(APPENDED).await.unwrap(), "2", "those of the other node");
        assert_eq!(jobs.value(COMPLETED).await.unwrap(), "5");
    }
    end(&mut conn, ours, 1).await;
    beat(&mut conn, pulse(vec![])).await.unwrap();
    let of_ours = format!("select completed from queue_count where node = '{ours}'");
    assert_eq!(jobs.value(&of_ours).await.unwrap(), "4");
}

#[tokio::test]
async fn what_a_node_had_ended_before_it_vanished_is_added_up_by_another() {
    let jobs = Jobs::new().await.unwrap();
    let mut conn = jobs.conn().await.unwrap();
    let nodes = "insert into node (boot, service, host, version, state) values \
        ('00000000-0000-0000-0000-000000000007', 'thumbnail-worker', 'a', '1', 'gone'), \
        ('00000000-0000-0000-0000-000000000008', 'thumbnail-worker', 'b', '1', 'active')";
    run(&mut conn, nodes).await.unwrap();
    for node in [7, 8, 9] {
        end(&mut conn, Uuid::from_u128(node), 2).await;
    }
    tidy(&mut conn).await.unwrap();
    let left = "select string_agg(distinct node::text, ',') from queue_ended";
    assert_eq!(
        jobs.value(left).await.unwrap(),
        Uuid::from_u128(8).to_string(),
        "only what a living node will add up itself"
    );
    assert_eq!(jobs.value(COMPLETED).await.unwrap(), "6");
}
