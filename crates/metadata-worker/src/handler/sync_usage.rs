//! `UserSyncUsage`: what every account has stored, counted anew in one statement.

use diesel::sql_query;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};

/// Counts stored bytes.
pub(crate) struct SyncUsageHandler;

impl Handler<kind::SyncUsage> for SyncUsageHandler {
    async fn handle(&self, _job: &Job<kind::SyncUsage>) -> Result<Completion, JobError> {
        Ok(Completion::new(Usage))
    }
}

struct Usage;

/// Files of libraries are not ours and cost nobody anything; what is in the trash still does. Rows are locked in the order of
/// their ids.
const COUNT: &str = "\
with counted as (
    select owner.id, coalesce(sum(e.file_size_in_byte), 0)::bigint as bytes
    from \"user\" owner
    left join asset a on a.owner_id = owner.id and a.library_id is null
    left join asset_exif e on e.asset_id = a.id
    group by owner.id
), wrong as (
    select u.id, counted.bytes from \"user\" u join counted on counted.id = u.id
    where u.quota_usage_in_bytes <> counted.bytes
    order by u.id for no key update of u
)
update \"user\" u set quota_usage_in_bytes = wrong.bytes from wrong where wrong.id = u.id";

impl Complete for Usage {
    async fn apply(&self, conn: &mut AsyncPgConnection, _follow: &mut FollowUps) -> Result<(), DbError> {
        let corrected = sql_query(COUNT).execute(conn).await?;
        tracing::info!(user.count = corrected, "usage counted anew");
        Ok(())
    }
}
