use std::collections::HashSet;

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::claim::ClaimedRow;
use crate::crash::CrashPoint;
use crate::db::{DbError, prepared};
use crate::ids::QueueName;
use crate::jobs::completion::{Completion, FollowUps};
use crate::jobs::words::{Class, Source};

/// What became of a result.
#[derive(Debug)]
pub enum Finished {
    /// Applied; these are to be told after the commit.
    Applied(FollowUps),
    /// The job is another's now: nothing was written.
    Stale,
}

/// Leaves the transaction: rolled back either way.
enum Undo {
    Stale,
    Failed(DbError),
}

impl From<diesel::result::Error> for Undo {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Appended, never updated: the node's next beat adds it up ([`super::beat`]).
const COUNT: &str = "insert into queue_ended (queue, node, completed) values ($1, $2, 1)";

/// Many fences in one statement; the rows are locked in the order of their ids.
const END: &str = "
with mine as (
    select job.id from job join unnest($1::uuid[], $2::bigint[]) as given (id, lease)
        on job.id = given.id and job.lease = given.lease
    where job.state = 'active'
    order by job.id for update of job
),
ended as (
    delete from job using mine where job.id = mine.id returning job.id
),
counted as (
    insert into queue_ended (queue, node, completed) select $3, $4, count(*) from ended having count(*) > 0
)
select id from ended";

#[derive(diesel::QueryableByName)]
struct EndedRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Ends jobs of one queue that have nothing to write, given by id and lease, each under its fence. Gives those that ended; the
/// others are somebody else's now.
pub async fn finish_empty(
    conn: &mut AsyncPgConnection,
    queue: QueueName,
    boot: Uuid,
    jobs: &[(Uuid, i64)],
) -> Result<HashSet<Uuid>, DbError> {
    let (ids, leases): (Vec<_>, Vec<_>) = jobs.iter().copied().unzip();
    let ended = prepared(END)
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<BigInt>, _>(leases)
        .bind::<Text, _>(queue.as_str())
        .bind::<SqlUuid, _>(boot)
        .load::<EndedRow>(conn)
        .await?;
    Ok(ended.into_iter().map(|row| row.id).collect())
}

/// Applies a result under its fence, in one transaction: the row goes first, and only while its lease is still this one;
/// then results, follow-up jobs and the count. A lease that has run out but was taken over by nobody still completes.
pub async fn finish(
    conn: &mut AsyncPgConnection,
    queue: QueueName,
    row: &ClaimedRow,
    boot: Uuid,
    completion: &Completion,
) -> Result<Finished, DbError> {
    let source = row.source.as_deref().and_then(|word| word.parse::<Source>().ok());
    let applied = conn
        .transaction(async |conn| {
            let fence = prepared("delete from job where id = $1 and lease = $2 and state = 'active'")
                .bind::<SqlUuid, _>(row.id)
                .bind::<BigInt, _>(row.lease)
                .execute(conn)
                .await?;
            if fence == 0 {
                return Err(Undo::Stale);
            }
            CrashPoint::Fenced.reached();
            let mut follow = FollowUps::of(Class::of_number(row.class), source);
            completion.apply(conn, &mut follow).await.map_err(Undo::Failed)?;
            prepared(COUNT)
                .bind::<Text, _>(queue.as_str())
                .bind::<SqlUuid, _>(boot)
                .execute(conn)
                .await?;
            CrashPoint::Applied.reached();
            Ok(follow)
        })
        .await;
    match applied {
        Ok(follow) => Ok(Finished::Applied(follow)),
        Err(Undo::Stale) => Ok(Finished::Stale),
        Err(Undo::Failed(error)) => Err(error),
    }
}
