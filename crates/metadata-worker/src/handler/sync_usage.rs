//! `UserSyncUsage`: what every account has stored, counted anew, one account after the other.

use diesel::sql_types::Uuid as SqlUuid;
use diesel::{OptionalExtension as _, QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::kind::Slice;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};
use uuid::Uuid;

/// Counts stored bytes.
pub(crate) struct SyncUsageHandler;

impl Handler<kind::SyncUsage> for SyncUsageHandler {
    async fn handle(&self, job: &Job<kind::SyncUsage>) -> Result<Completion, JobError> {
        Ok(Completion::new(Usage(job.payload)))
    }
}

struct Usage(Slice);

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

const NEXT: &str = "select id from \"user\" where id > $1 order by id limit 1";

/// Files of libraries are not ours and cost nobody anything; what is in the trash still does.
const COUNT: &str = "\
update \"user\" u set quota_usage_in_bytes = counted.bytes
from (
    select coalesce(sum(e.file_size_in_byte), 0)::bigint as bytes
    from asset a join asset_exif e on e.asset_id = a.id
    where a.owner_id = $1 and a.library_id is null
) counted
where u.id = $1 and u.quota_usage_in_bytes <> counted.bytes";

impl Complete for Usage {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let next: Option<Account> = sql_query(NEXT)
            .bind::<SqlUuid, _>(self.0.start())
            .get_result(conn)
            .await
            .optional()?;
        let Some(Account { id }) = next else { return Ok(()) };
        let corrected = sql_query(COUNT).bind::<SqlUuid, _>(id).execute(conn).await?;
        if corrected > 0 {
            tracing::info!(user.id = %id, "what an account has stored was not what was known");
        }
        follow.go_on::<kind::SyncUsage>(conn, Slice { after: Some(id) }).await
    }
}
