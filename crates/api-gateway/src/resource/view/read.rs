//! Answering for folders. The expression for a folder is that of its index; see the migration `search`.

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;

use crate::prelude::*;
use crate::{
    http::validate::{Fields, Shape, text},
    resource::{
        asset::{self, Detail},
        statement::{Conditions, Value},
    },
};

/// From each folder the index leads to the next one, whatever lies in them.
const FOLDERS: &str = "
with recursive folders as (
    (select regexp_replace(a.original_path, '/[^/]*$', '') as folder from asset a
     where a.owner_id = $1 and a.deleted_at is null and a.visibility = 'timeline' order by 1 limit 1)
    union all
    select (select regexp_replace(a.original_path, '/[^/]*$', '') from asset a
            where a.owner_id = $1 and a.deleted_at is null and a.visibility = 'timeline'
              and regexp_replace(a.original_path, '/[^/]*$', '') > folders.folder order by 1 limit 1)
    from folders where folders.folder is not null)
select folder from folders where folder is not null order by folder collate \"und-x-icu\"";

const CONTENTS: &str = "
select a.id from asset a
where a.owner_id = $1 and regexp_replace(a.original_path, '/[^/]*$', '') = $2
  and a.deleted_at is null and a.visibility = 'timeline'
order by a.original_file_name collate \"und-x-icu\", a.id";

#[derive(QueryableByName)]
struct FolderRow {
    #[diesel(sql_type = Text)]
    folder: String,
}

/// `GET /view/folder/unique-paths`: the folders that have assets, in the order of a dictionary.
pub(super) async fn unique_paths(auth: Auth, state: Data<AppState>) -> Reply {
    let rows: Vec<FolderRow> = sql_query(FOLDERS)
        .bind::<SqlUuid, _>(auth.id())
        .load(&mut state.conn().await?)
        .await?;
    let folders: Vec<String> = rows.into_iter().map(|row| row.folder).collect();
    Ok(reply::ok(&folders))
}

/// A folder, without a slash at its end.
pub(super) struct Folder(String);

impl Shape for Folder {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let path = fields.read("path", text())?;
        Some(Self(path.trim_end_matches('/').to_owned()))
    }
}

/// `GET /view/folder`: what is in a folder itself, by name.
pub(super) async fn folder(auth: Auth, query: Query<Folder>, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let mut conditions = Conditions::default();
    conditions.value(Value::Id(auth.id()));
    conditions.value(Value::Text(query.0.0));
    let ids = conditions.ids(&mut conn, CONTENTS.to_owned()).await?;
    Ok(reply::ok(&asset::many(&mut conn, &auth, &ids, Detail::Plain).await?))
}
