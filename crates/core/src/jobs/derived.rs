//! Files that are made of an asset: their rows, written by the transaction that ends the job.

use std::path::{Path, PathBuf};

use diesel::sql_types::{Array, Bool, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use uuid::Uuid;

use super::completion::FollowUps;
use crate::db::{DbError, Pool};
use crate::ids::FileType;
use crate::media::{MediaStore, intents, named};

/// A file that was written under its final name, which carries the lease of the attempt that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedFile {
    /// What it is.
    pub kind: FileType,
    /// Where it is.
    pub path: PathBuf,
    /// A picture that is shown coarsely before it has come whole.
    pub is_progressive: bool,
    /// A picture that has pixels one sees through.
    pub is_transparent: bool,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    #[expect(dead_code, reason = "that there is a row is all that counts")]
    id: Uuid,
}

#[derive(QueryableByName)]
struct PathRow {
    #[diesel(sql_type = Text)]
    path: String,
}

const REPLACED: &str = "
with dropped as (
    delete from asset_file where asset_id = $1 and not is_edited and type = any($2) and type <> all($3) returning path
)
select path from dropped
union all
select path from asset_file where asset_id = $1 and not is_edited and type = any($3) and path <> all($4)";

const POINT: &str = "
insert into asset_file (asset_id, type, path, is_progressive, is_transparent)
select $1, * from unnest($2, $3, $4, $5)
on conflict (asset_id, type, is_edited) do update set
    path = excluded.path,
    is_progressive = excluded.is_progressive,
    is_transparent = excluded.is_transparent,
    updated_at = now()";

/// Points the rows of `asset` at `made`. A kind among `kinds` of which nothing was made any more loses its row; files that no
/// row names any more are deleted by a job that follows. The asset stays locked until the transaction ends, so that it
/// cannot go while its rows come. False: it is gone already, and what was made goes, too.
///
/// # Errors
/// When the intent of a file is gone, so that the file is, or soon will be; or when the database refuses.
pub async fn publish(
    conn: &mut AsyncPgConnection,
    follow: &mut FollowUps,
    asset: Uuid,
    kinds: &[FileType],
    made: &[DerivedFile],
) -> Result<bool, DbError> {
    let paths: Vec<&Path> = made.iter().map(|file| file.path.as_path()).collect();
    if !intents::clear_all(conn, &paths).await? {
        return Err(DbError::Unknown("no intent for a file that was written".to_owned()));
    }
    let paths: Vec<String> = paths
        .into_iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    let found: Vec<Found> = sql_query("select id from asset where id = $1 for no key update")
        .bind::<SqlUuid, _>(asset)
        .load(conn)
        .await?;
    if found.is_empty() {
        follow.delete_files(conn, paths).await?;
        return Ok(false);
    }
    let names = |kinds: &mut dyn Iterator<Item = FileType>| kinds.map(FileType::as_str).collect::<Vec<_>>();
    let made_kinds = names(&mut made.iter().map(|file| file.kind));
    let replaced: Vec<PathRow> = sql_query(REPLACED)
        .bind::<SqlUuid, _>(asset)
        .bind::<Array<Text>, _>(names(&mut kinds.iter().copied()))
        .bind::<Array<Text>, _>(&made_kinds)
        .bind::<Array<Text>, _>(&paths)
        .load(conn)
        .await?;
    if !made.is_empty() {
        sql_query(POINT)
            .bind::<SqlUuid, _>(asset)
            .bind::<Array<Text>, _>(made_kinds)
            .bind::<Array<Text>, _>(paths)
            .bind::<Array<Bool>, _>(made.iter().map(|file| file.is_progressive).collect::<Vec<_>>())
            .bind::<Array<Bool>, _>(made.iter().map(|file| file.is_transparent).collect::<Vec<_>>())
            .execute(conn)
            .await?;
    }
    let replaced = replaced.into_iter().map(|row| row.path).collect();
    follow.delete_files(conn, replaced).await?;
    Ok(true)
}

/// Removes what only a fenced-off attempt has made. An attempt whose commit was never answered cannot tell whether it was
/// fenced off or has published its files itself, so the rows are asked, and a file that is published stays. What cannot be
/// removed has its intent, so the sweep tries again.
pub async fn discard(pool: &Pool, store: &dyn MediaStore, made: &[&Path]) {
    if made.is_empty() {
        return;
    }
    let paths: Vec<String> = made.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let unpublished = async {
        let mut conn = pool.get().await?;
        named::unpublished(&mut conn, &paths).await
    };
    match unpublished.await {
        Ok(unwanted) => {
            for path in unwanted {
                if let Err(error) = store.delete(Path::new(&path)).await {
                    tracing::warn!(%error, "a file that nobody wants could not be removed");
                }
            }
        }
        Err(error) => tracing::warn!(%error, "files that nobody wants are left to the sweep"),
    }
}
