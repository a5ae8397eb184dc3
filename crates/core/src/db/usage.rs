//! How many bytes of the store an account uses.
//!
//! Originals that are not a library's count, and sidecars in the store; what the server makes of what people send (thumbnails,
//! videos to stream, pictures of people) does not. Whoever publishes or deletes such a file changes the count in the same
//! transaction, last of all: the row of the account is locked from there to the commit.

use diesel::sql_query;
use diesel::sql_types::{BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::DbError;

/// Counts what somebody asks to store, in bytes. False, and nothing is counted: it would be more than the account may have, or
/// there is no such account.
pub async fn take(conn: &mut AsyncPgConnection, account: Uuid, bytes: i64) -> Result<bool, DbError> {
    let counted = sql_query(
        "update \"user\" set quota_usage_in_bytes = greatest(quota_usage_in_bytes + $2, 0) \
         where id = $1 and ($2 <= 0 or quota_size_in_bytes is null or quota_usage_in_bytes + $2 <= quota_size_in_bytes)",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<BigInt, _>(bytes)
    .execute(conn)
    .await?;
    Ok(counted == 1)
}

/// Counts what is stored or gone whatever the account may have, as the difference in bytes.
pub async fn change(conn: &mut AsyncPgConnection, account: Uuid, difference: i64) -> Result<(), DbError> {
    if difference == 0 {
        return Ok(());
    }
    sql_query("update \"user\" set quota_usage_in_bytes = greatest(quota_usage_in_bytes + $2, 0) where id = $1")
        .bind::<SqlUuid, _>(account)
        .bind::<BigInt, _>(difference)
        .execute(conn)
        .await?;
    Ok(())
}
