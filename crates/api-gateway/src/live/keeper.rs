//! What an event that was lost would leave open: sockets of sessions that are over, clients that do not know of new
//! settings. Postgres is asked, so that nothing depends on an event.

use std::{collections::HashSet, sync::Arc, time::Duration};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl as _;
use safelight_core::{
    db::{DbError, Pool},
    settings::Settings,
};
use tokio::time::{MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use super::{Sockets, sockets::Rights};
use crate::access::Permission;

/// Looks that are asked for come at most this often.
const CALM: Duration = Duration::from_millis(250);

/// Runs until it is aborted.
pub(super) async fn run(sockets: Arc<Sockets>, pool: Pool, settings: Settings) {
    let mut versions = settings.subscribe();
    let mut clock = interval(sockets.limits.recheck);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            changed = versions.changed() => {
                if changed.is_err() {
                    return;
                }
                sockets.announce("on_config_update");
                continue;
            }
            _ = clock.tick() => {}
            () = sockets.rechecks.notified() => {}
        }
        if let Err(error) = recheck(&sockets, &pool).await {
            // Sockets stay open: who they belong to was true a moment ago.
            tracing::warn!(%error, "the sessions of open sockets could not be looked at");
        }
        sleep(CALM).await;
    }
}

#[derive(QueryableByName)]
struct Alive {
    /// A session or an API key.
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(sql_type = Bool)]
    is_admin: bool,
    /// Of an API key.
    #[diesel(sql_type = Nullable<Array<Text>>)]
    permissions: Option<Vec<String>>,
}

const ALIVE: &str = "
select session.id, account.id as user_id, account.is_admin, null::text[] as permissions
from session join \"user\" account on account.id = session.user_id
where session.id = any($1) and account.deleted_at is null
  and (session.expires_at is null or session.expires_at > now())
union all
select key.id, account.id, account.is_admin, key.permissions
from api_key key join \"user\" account on account.id = key.user_id
where key.id = any($2) and account.deleted_at is null";

/// Closes the sockets whose credentials are no longer good, and notes what the others may, in one statement for all.
async fn recheck(sockets: &Sockets, pool: &Pool) -> Result<(), DbError> {
    let members = sockets.snapshot();
    if members.is_empty() {
        return Ok(());
    }
    let sessions: HashSet<Uuid> = members.iter().filter_map(|member| member.session).collect();
    let keys: HashSet<Uuid> = members.iter().filter_map(|member| member.key).collect();
    let alive: Vec<Alive> = sql_query(ALIVE)
        .bind::<Array<SqlUuid>, _>(sessions.iter().copied().collect::<Vec<_>>())
        .bind::<Array<SqlUuid>, _>(keys.iter().copied().collect::<Vec<_>>())
        .load(&mut pool.get().await?)
        .await?;
    let good: HashSet<Uuid> = alive.iter().map(|row| row.id).collect();
    let mut rights = Rights::default();
    for Alive {
        id,
        user_id,
        is_admin,
        permissions,
    } in alive
    {
        rights.admins.insert(user_id, is_admin);
        if let Some(words) = permissions {
            let known = words.iter().filter_map(|word| Permission::from_word(word));
            rights.keys.insert(id, known.collect());
        }
    }
    sockets.set_rights(&rights);
    sockets.end_sessions(&(&sessions - &good));
    sockets.end_keys(&(&keys - &good));
    Ok(())
}
