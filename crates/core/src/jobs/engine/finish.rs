use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::claim::ClaimedRow;
use crate::crash::CrashPoint;
use crate::db::DbError;
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
            let fence = diesel::sql_query("delete from job where id = $1 and lease = $2 and state = 'active'")
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
            diesel::sql_query(
                "insert into queue_count (queue, node, completed) values ($1, $2, 1) \
                 on conflict (queue, node) do update set completed = queue_count.completed + 1",
            )
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
