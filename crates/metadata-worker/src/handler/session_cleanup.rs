//! `SessionCleanup`: sessions that are over, or that nobody has used for long, are removed.

use diesel::sql_types::Uuid as SqlUuid;
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use safelight_core::db::DbError;
use safelight_core::events::Event;
use safelight_core::jobs::{Complete, Completion, FollowUps, Handler, Job, JobError, NoPayload, kind};
use uuid::Uuid;

/// Removes sessions.
pub(crate) struct SessionCleanupHandler;

impl Handler<kind::SessionCleanup> for SessionCleanupHandler {
    async fn handle(&self, _job: &Job<kind::SessionCleanup>) -> Result<Completion, JobError> {
        Ok(Completion::new(Stale))
    }
}

/// A session's row is touched at least every hour in which it is used.
struct Stale;

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Sessions that one step removes.
const STEP: usize = 1_000;

impl Complete for Stale {
    async fn apply(&self, conn: &mut AsyncPgConnection, follow: &mut FollowUps) -> Result<(), DbError> {
        let stale = format!(
            "delete from session where id in (select id from session \
             where expires_at <= now() or updated_at <= now() - interval '90 days' limit {STEP}) returning id"
        );
        let ended: Vec<Session> = sql_query(stale).load(conn).await?;
        let is_all = ended.len() < STEP;
        for session in ended {
            follow.event(Event::SessionDelete { session: session.id });
        }
        if is_all {
            return Ok(());
        }
        follow.go_on::<kind::SessionCleanup>(conn, NoPayload {}).await
    }
}
