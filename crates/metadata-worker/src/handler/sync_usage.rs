//! `UserSyncUsage`: what every account has stored, compared with what is kept of its assets, some accounts at a time.
//!
//! Sidecars whose size no row tells, since an earlier release has stored them, are looked at first, some at a time.

use std::path::Path;

use diesel::sql_types::{Array, BigInt, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::jobs::kind::Slice;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, kind};
use uuid::Uuid;

use crate::context::Context;

/// Counts stored bytes.
pub(crate) struct SyncUsageHandler(pub(crate) Context);

/// Files looked at between two statements.
const SLICE: i64 = 500;

const UNSIZED: &str = "\
select id, path from asset_file where type = 'sidecar' and size_in_byte is null and id > $1 order by id limit $2";
/// A row that names another file by now has the size of that.
const SIZE: &str = "\
update asset_file f set size_in_byte = seen.size from unnest($1, $2, $3) seen (id, path, size)
where f.id = seen.id and f.path = seen.path and f.size_in_byte is null";

#[derive(QueryableByName)]
struct Unsized {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    path: String,
}

impl Handler<kind::SyncUsage> for SyncUsageHandler {
    async fn handle(&self, job: &Job<kind::SyncUsage>) -> Result<Completion, JobError> {
        if job.payload.after.is_none() {
            tokio::select! {
                sized = self.size() => sized?,
                () = job.cancel.cancelled() => return Err(JobError::Cancelled),
            }
        }
        Ok(Completion::new(Usage(job.payload)))
    }
}

impl SyncUsageHandler {
    /// Looks at the sidecars of all rows that do not tell their size.
    async fn size(&self) -> Result<(), JobError> {
        let mut last = Uuid::nil();
        loop {
            let rows: Vec<Unsized> = sql_query(UNSIZED)
                .bind::<SqlUuid, _>(last)
                .bind::<BigInt, _>(SLICE)
                .load(&mut *self.0.conn().await?)
                .await?;
            let Some(end) = rows.last() else { return Ok(()) };
            last = end.id;
            let (mut ids, mut paths, mut sizes) = (Vec::new(), Vec::new(), Vec::new());
            for Unsized { id, path } in rows {
                if let Some(size) = self.size_in_store(Path::new(&path)).await? {
                    ids.push(id);
                    paths.push(path);
                    sizes.push(size);
                }
            }
            sql_query(SIZE)
                .bind::<Array<SqlUuid>, _>(ids)
                .bind::<Array<Text>, _>(paths)
                .bind::<Array<BigInt>, _>(sizes)
                .execute(&mut *self.0.conn().await?)
                .await?;
        }
    }

    /// The bytes of the store that a file takes: none where it is not ours or not there. Nothing where it cannot be told now.
    async fn size_in_store(&self, path: &Path) -> Result<Option<i64>, JobError> {
        if !path.starts_with(self.0.store.paths().root()) {
            return Ok(Some(0));
        }
        match self.0.store.open(path).await {
            Ok(opened) => Ok(Some(i64::try_from(opened.length()).unwrap_or(i64::MAX))),
            Err(error) if error.is_not_found() => Ok(Some(0)),
            Err(error) if error.illness().is_some() => Err(JobError::reading(&error)),
            Err(error) => {
                tracing::warn!(file.path = %path.display(), %error, "the size of a file is not known");
                Ok(None)
            }
        }
    }
}

struct Usage(Slice);

#[derive(QueryableByName)]
struct Account {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Accounts of one slice.
const ACCOUNTS: i64 = 100;

/// Held before anything is counted: who stores or deletes files comes before, and is counted, or behind.
const NEXT: &str = "select id from \"user\" where id > $1 order by id limit $2 for no key update";

/// Files of libraries are not ours and cost nobody anything; what is in the trash still does. What each account has is kept in
/// `asset_count`, so that no asset is looked at.
const COUNT: &str = "\
update \"user\" u set quota_usage_in_bytes = counted.bytes
from (
    select account.id, (coalesce(sum(kept.bytes) filter (where not kept.is_external), 0)
        + coalesce(sum(kept.sidecar_bytes), 0))::bigint as bytes
    from unnest($1) account (id) left join asset_count kept on kept.owner_id = account.id group by account.id
) counted
where u.id = counted.id and u.quota_usage_in_bytes <> counted.bytes returning u.id";

impl Complete for Usage {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let accounts: Vec<Account> = sql_query(NEXT)
            .bind::<SqlUuid, _>(self.0.start())
            .bind::<BigInt, _>(ACCOUNTS)
            .load(conn)
            .await?;
        let ids: Vec<Uuid> = accounts.into_iter().map(|account| account.id).collect();
        let Some(&last) = ids.last() else { return Ok(()) };
        let corrected: Vec<Account> = sql_query(COUNT).bind::<Array<SqlUuid>, _>(ids).load(conn).await?;
        for Account { id } in corrected {
            tracing::info!(user.id = %id, "what an account has stored was not what was known");
        }
        follow.go_on::<kind::SyncUsage>(conn, Slice { after: Some(last) }).await
    }
}
