//! Telling people that an album was shared with them.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::events::Event;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

/// The data are JSON written into a string: clients of the contract get them so (measured B12).
const TELL: &str = "
insert into notification (user_id, level, type, title, description, data)
select invited.id, 'success', 'AlbumInvite', 'Shared Album Invitation',
       host.name || ' shared an album (' || album.album_name || ') with you', to_jsonb(format('{\"albumId\":\"%s\"}', album.id))
from unnest($3) as invited (id), album, \"user\" host
where album.id = $1 and host.id = $2
returning id, user_id";

/// Writes a notification for each of `invited`, in the caller's transaction. The events are published after its commit.
///
/// # Errors
/// The database.
pub(crate) async fn album(
    conn: &mut AsyncPgConnection,
    album: Uuid,
    host: Uuid,
    invited: &[Uuid],
) -> Result<Vec<Event>, diesel::result::Error> {
    if invited.is_empty() {
        return Ok(Vec::new());
    }
    let told: Vec<Told> = sql_query(TELL)
        .bind::<SqlUuid, _>(album)
        .bind::<SqlUuid, _>(host)
        .bind::<Array<SqlUuid>, _>(invited)
        .load(conn)
        .await?;
    let event = |row: Told| Event::Notification {
        user: row.user_id,
        notification: row.id,
    };
    Ok(told.into_iter().map(event).collect())
}
