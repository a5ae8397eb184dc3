//! What the fleet has to do now and then. Mostly there is nothing, and one statement tells so.

use std::sync::LazyLock;

use diesel::sql_types::{Array, Bool, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::db::{DbError, prepared};
use crate::media::intents;

/// Which chores there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel::QueryableByName)]
pub struct Chores {
    /// A node is silent or long gone, or has left counts: [`super::tidy`].
    #[diesel(sql_type = Bool)]
    pub nodes: bool,
    /// A schedule is due.
    #[diesel(sql_type = Bool)]
    pub schedules: bool,
    /// A file is announced that nobody will finish.
    #[diesel(sql_type = Bool)]
    pub intents: bool,
}

static CHORES: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select
            exists (select from node where case when state = 'gone' then heartbeat < now() - interval '1 day'
                    else heartbeat < now() - interval '30 seconds' end)
            or exists (select from queue_ended left join node on node.boot = queue_ended.node
                       where node.boot is null or node.state = 'gone') as nodes,
            exists (select from schedule where name = any($1) and next_run <= now()) as schedules,
            exists (select from file_intent i where {}) as intents",
        intents::DEAD
    )
});

/// Looks which chores there are; of the schedules, at those with these names.
pub async fn chores(conn: &mut AsyncPgConnection, schedules: Vec<&str>) -> Result<Chores, DbError> {
    Ok(prepared(CHORES.as_str())
        .bind::<Array<Text>, _>(schedules)
        .get_result(conn)
        .await?)
}
