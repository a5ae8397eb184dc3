//! One migrator at a time: the only session-level advisory lock of the house.

use diesel::sql_types::Bool;
use diesel_async::{AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};

use crate::say;

/// "safeligh" in ASCII: one number for all releases.
const KEY: i64 = 0x7361_6665_6c69_6768;

/// How long to wait for another migrator, which may be rewriting a large table.
const PATIENCE: &str = "set lock_timeout = '30min'; set statement_timeout = '30min'";

#[derive(diesel::QueryableByName)]
struct Locked {
    #[diesel(sql_type = Bool)]
    locked: bool,
}

/// Takes the lock, which is held until the connection ends.
pub(super) async fn acquire(conn: &mut AsyncPgConnection) -> anyhow::Result<()> {
    let tried = diesel::sql_query(format!("select pg_try_advisory_lock({KEY}) as locked"));
    if tried.get_result::<Locked>(conn).await?.locked {
        return Ok(());
    }
    say::note("Another migration of this database is running; waiting for it.");
    conn.batch_execute(&format!("{PATIENCE}; select pg_advisory_lock({KEY})"))
        .await?;
    Ok(())
}
