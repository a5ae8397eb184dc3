//! The version of the Immich API that clients are told, and the record of versions that ran on this database.

use diesel::prelude::*;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use safelight_core::db::{DbError, schema::version_history};

/// Major, minor, patch: what the apps compare with their own.
pub(crate) const API_VERSION: (u16, u16, u16) = (3, 0, 1);

/// The version as text.
pub(crate) fn text() -> String {
    let (major, minor, patch) = API_VERSION;
    format!("{major}.{minor}.{patch}")
}

/// Notes that this version runs here, once, however many gateways start at the same moment.
///
/// # Errors
/// The database.
pub(crate) async fn record(conn: &mut AsyncPgConnection) -> Result<(), DbError> {
    conn.transaction(async |conn| {
        conn.batch_execute("lock table version_history in share row exclusive mode")
            .await?;
        let known = version_history::table.filter(version_history::version.eq(text()));
        if !diesel::select(diesel::dsl::exists(known))
            .get_result::<bool>(conn)
            .await?
        {
            let row = version_history::version.eq(text());
            diesel::insert_into(version_history::table)
                .values(row)
                .execute(conn)
                .await?;
        }
        Ok(())
    })
    .await
}
