//! Work for which there is no worker at all.

use std::time::Duration;

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, BigInt, Double, Text},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::jobs::{
    JobKind,
    kind::{EncodeVideo, ExtractMetadata, GenerateThumbnails, SidecarCheck, SidecarWrite},
};

use super::wire::Reason;
use crate::http::error::ApiError;

/// Up to here jobs are counted.
const EXACT: i64 = 1_000;

/// A condition on `node n`: it has a slot for the queue that the expression names, and beats. `$1` is the lease in seconds.
macro_rules! serves {
    ($queue:literal) => {
        concat!(
            "exists (select from node n where n.state <> 'gone' and n.heartbeat > now() - $1 * interval '1 second'
               and coalesce((n.slots ->> ",
            $queue,
            ")::bigint, 0) > 0)"
        )
    };
}
pub(super) use serves;

/// Kinds whose subject is an asset.
const OF_ASSETS: [&str; 5] = [
    GenerateThumbnails::NAME,
    ExtractMetadata::NAME,
    EncodeVideo::NAME,
    SidecarCheck::NAME,
    SidecarWrite::NAME,
];

/// Jobs that are due, of queues that no live node serves, by kind. Each part goes by the order of the index that begins with the queue:
/// for an equal one the planner would read all jobs, also for a queue that has none. Assets are looked up one by one.
const IDLE: &str = concat!(
    "
select due.kind, count(*) as jobs, count(asset.id) as assets, count(*) filter (where asset.type = 'VIDEO') as videos
from queue
cross join lateral (
    (select kind, dedup_key from job where queue between queue.name and queue.name and state = 'waiting'
     order by queue, id limit $2)
    union all
    (select kind, dedup_key from job where queue between queue.name and queue.name and state = 'delayed' and run_at <= now()
     order by queue, run_at limit $2)
) due
left join lateral (
    select id, type from asset where id = case when due.kind = any($3) then due.dedup_key::uuid end offset 0) asset on true
where not ",
    serves!("queue.name"),
    "
group by due.kind order by jobs desc, due.kind"
);

#[derive(QueryableByName)]
struct Idle {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    jobs: i64,
    /// Those that are about an asset which is there.
    #[diesel(sql_type = BigInt)]
    assets: i64,
    #[diesel(sql_type = BigInt)]
    videos: i64,
}

/// A sentence for each kind of job that waits while nobody is there to do it.
pub(super) async fn idle_work(conn: &mut AsyncPgConnection, lease: Duration) -> Result<Vec<Reason>, ApiError> {
    let rows: Vec<Idle> = sql_query(IDLE)
        .bind::<Double, _>(lease.as_secs_f64())
        .bind::<BigInt, _>(EXACT + 1)
        .bind::<Array<Text>, _>(OF_ASSETS.as_slice())
        .load(conn)
        .await?;
    Ok(rows.iter().map(Idle::told).collect())
}

impl Idle {
    fn told(&self) -> Reason {
        Reason {
            code: "nobody",
            message: format!("Nobody {}: {}.", what_it_does(&self.kind), self.who_waits()),
        }
    }

    fn who_waits(&self) -> String {
        if self.jobs > EXACT {
            return format!("more than {EXACT} jobs wait");
        }
        let (photos, videos) = (self.assets - self.videos, self.videos);
        let others = self.jobs - self.assets;
        let counted = [(photos, "photo"), (videos, "video"), (others, "job")];
        let parts: Vec<String> = counted
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}{}", if number == 1 { "" } else { "s" }))
            .collect();
        let wait = if self.jobs == 1 { "waits" } else { "wait" };
        format!("{} {wait}", parts.join(" and "))
    }
}

/// What a worker of this kind does, in the third person.
pub(super) fn what_it_does(kind: &str) -> String {
    match kind {
        GenerateThumbnails::NAME => "makes thumbnails".to_owned(),
        ExtractMetadata::NAME => "reads metadata".to_owned(),
        EncodeVideo::NAME => "converts videos".to_owned(),
        SidecarCheck::NAME => "looks for sidecar files".to_owned(),
        SidecarWrite::NAME => "writes sidecar files".to_owned(),
        other => format!("does {other}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: &str, jobs: i64, assets: i64, videos: i64) -> String {
        let idle = Idle {
            kind: kind.to_owned(),
            jobs,
            assets,
            videos,
        };
        idle.told().message
    }

    #[test]
    fn what_waits_is_counted_by_what_it_is() {
        let kind = GenerateThumbnails::NAME;
        assert_eq!(told(kind, 12, 12, 0), "Nobody makes thumbnails: 12 photos wait.");
        assert_eq!(told(kind, 1, 1, 0), "Nobody makes thumbnails: 1 photo waits.");
        assert_eq!(
            told(kind, 3, 3, 1),
            "Nobody makes thumbnails: 2 photos and 1 video wait."
        );
        assert_eq!(
            told(kind, 1_001, 1_001, 0),
            "Nobody makes thumbnails: more than 1000 jobs wait."
        );
        assert_eq!(told("EmptyTrash", 1, 0, 0), "Nobody does EmptyTrash: 1 job waits.");
        assert_eq!(
            told(EncodeVideo::NAME, 2, 1, 1),
            "Nobody converts videos: 1 video and 1 job wait."
        );
    }
}
