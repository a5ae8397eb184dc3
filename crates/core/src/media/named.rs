//! Which files of the store somebody still needs.

use diesel::sql_types::{Array, Text};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::db::DbError;

/// Of the given paths, those that nothing names: no asset, no file of one, no account, no picture that waits.
const UNNAMED: &str = "\
select given.path from unnest($1) as given (path)
where not exists (select 1 from asset a where a.original_path = given.path)
    and not exists (select 1 from asset_file f where f.path = given.path)
    and not exists (select 1 from \"user\" u where u.profile_image_path = given.path)
    and not exists (select 1 from profile_upload p where p.path = given.path)";

/// And nobody is about to write.
const UNINTENDED: &str = "\
    and not exists (select 1 from file_intent i where i.path = given.path)";

/// Waits for whoever is about to clear one of these intents, or not to.
const WAIT: &str = "select path from file_intent where path = any($1) for share";

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = Text)]
    path: String,
}

/// Those of `paths` that may go: no row names them, and nobody is about to write them.
pub async fn unneeded(conn: &mut AsyncPgConnection, paths: &[String]) -> Result<Vec<String>, DbError> {
    load(conn, &format!("{UNNAMED}{UNINTENDED}"), paths).await
}

/// Those of `paths` that no transaction has published. A transaction of which nobody knows yet how it ends is waited for.
pub async fn unpublished(conn: &mut AsyncPgConnection, paths: &[String]) -> Result<Vec<String>, DbError> {
    load(conn, WAIT, paths).await?;
    // A statement of its own: it sees what was committed while the first one waited.
    load(conn, UNNAMED, paths).await
}

async fn load(conn: &mut AsyncPgConnection, query: &str, paths: &[String]) -> Result<Vec<String>, DbError> {
    let rows: Vec<PathRow> = sql_query(query).bind::<Array<Text>, _>(paths).load(conn).await?;
    Ok(rows.into_iter().map(|row| row.path).collect())
}
