//! One archive, as it is sent.

use std::collections::HashSet;

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_TYPE, VARY},
};
use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Bool, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use safelight_core::media::{MediaError, MediaStore};
use uuid::Uuid;

use super::stream::Source;
use crate::prelude::*;
use crate::{
    access::{self},
    http::{
        file::{base_name, extension_with_dot},
        validate::{Bound, Rule, boolean, list, shape, uuid},
        zip::Names,
    },
};

/// How many files are looked at together before the first byte is sent.
const LOOKS: usize = 8;

shape! {
    /// What is to be in the archive.
    pub(super) struct Wanted {
        assets: Vec<Uuid> = "assetIds", list(Bound::Ids, uuid()).min(1);
        edited: bool = "edited", boolean().or(false);
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    name: String,
}

/// The files in the order of their ids; with `$2` the edited picture where there is one.
const FILES: &str = "
select coalesce(edited.path, a.original_path) as path, a.original_file_name as name
from unnest($1::uuid[]) with ordinality chosen (id, place)
join asset a on a.id = chosen.id
left join asset_file edited on $2 and edited.asset_id = a.id and edited.type = 'fullsize' and edited.is_edited
order by chosen.place";

/// `POST /download/archive`
pub(super) async fn archive(auth: Auth, body: Body<Wanted>, state: Data<AppState>) -> Reply {
    let Wanted { mut assets, edited } = body.0;
    let mut seen = HashSet::new();
    assets.retain(|id| seen.insert(*id));
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetDownload, &assets).await?;
    let sources = sources(&mut conn, &assets, edited).await?;
    drop(conn);
    look(state.media.as_ref(), &sources).await?;
    // The stream has no length and no ETag, and nothing in it shrinks: the header is there because the contract has it.
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/octet-stream"))
        .insert_header((VARY, "Accept-Encoding"))
        .streaming(super::stream::archive(state.media.clone(), sources)))
}

async fn sources(conn: &mut AsyncPgConnection, assets: &[Uuid], edited: bool) -> Result<Vec<Source>, ApiError> {
    let rows: Vec<Row> = sql_query(FILES)
        .bind::<Array<SqlUuid>, _>(assets)
        .bind::<Bool, _>(edited)
        .load(conn)
        .await?;
    // So many names may take longer than others should wait for this thread.
    let naming = tokio::task::spawn_blocking(move || name(rows));
    naming.await.map_err(ApiError::internal)
}

fn name(rows: Vec<Row>) -> Vec<Source> {
    let mut names = Names::default();
    let sources = rows.into_iter().map(|row| Source {
        name: names.give(&format!("{}{}", base_name(&row.name), extension_with_dot(&row.path))),
        path: row.path.into(),
    });
    sources.collect()
}

/// Fails while it can still be told, with the name of the first file that cannot be read.
async fn look(store: &dyn MediaStore, sources: &[Source]) -> Result<(), ApiError> {
    let looks = stream::iter(sources).map(|source| async move {
        match store.open(&source.path).await {
            Ok(_) => Ok(()),
            Err(MediaError::NotFound(_)) => Err(ApiError::NotFound(format!("The file of {} is missing", source.name))),
            Err(other) => Err(other.into()),
        }
    });
    looks.buffered(LOOKS).try_collect().await
}
