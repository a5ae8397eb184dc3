//! The bytes of assets. For originals and videos, whatever is not there or not allowed is 404 (measured A1).

use std::path::Path;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{CONTENT_TYPE, LOCATION, VARY},
    web::Data,
};
use bytes::Bytes;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use futures_util::stream;
use safelight_core::{
    db::schema::{asset, asset_file},
    formats,
    ids::{FileType, Visibility},
};
use uuid::Uuid;

use crate::{
    access::{self, Auth, Permission},
    http::{
        error::ApiError,
        file::{self, Cache, Send, base_name, extension_with_dot},
        params::Id,
        query::Query,
        reply::Reply,
        validate::{Choices, Rule, choice, query_boolean, shape},
    },
    state::AppState,
};

/// Which picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    Original,
    Fullsize,
    Preview,
    Thumbnail,
}

const SIZES: &Choices<Size> = &[
    ("original", Size::Original),
    ("fullsize", Size::Fullsize),
    ("preview", Size::Preview),
    ("thumbnail", Size::Thumbnail),
];

shape! {
    /// The query of a picture.
    pub(super) struct Picture {
        edited: bool = "edited", query_boolean().or(false);
        size: Size = "size", choice(SIZES).or(Size::Thumbnail);
    }

    /// The query of an original.
    pub(super) struct Edited(bool = "edited", query_boolean().or(false));
}

/// What is needed of an asset to send its bytes.
#[derive(Queryable)]
struct Source {
    kind: String,
    path: String,
    name: String,
    visibility: String,
}

impl Source {
    /// What is locked is kept by no browser.
    fn cache(&self) -> Cache {
        if self.visibility == Visibility::Locked.as_str() {
            Cache::Never
        } else {
            Cache::Long
        }
    }
}

/// `GET /assets/{id}/thumbnail`
pub(super) async fn thumbnail(
    id: Id,
    auth: Auth,
    query: Query<Picture>,
    request: HttpRequest,
    state: Data<AppState>,
) -> Reply {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetView, &[id.0]).await?;
    let Picture { size, edited } = query.0;
    if size == Size::Original {
        return Ok(redirect(&to_original(request.query_string())));
    }
    let source = source(&mut conn, id.0).await?;
    let shown_as_is = source.kind == "IMAGE" && formats::is_web_supported(&formats::extension_of(&source.path));
    if size == Size::Fullsize && shown_as_is && !edited {
        return Ok(redirect(&to_original(request.query_string())));
    }
    let (kind, word) = match size {
        Size::Fullsize => (FileType::Fullsize, "fullsize"),
        Size::Preview => (FileType::Preview, "preview"),
        Size::Thumbnail | Size::Original => (FileType::Thumbnail, "thumbnail"),
    };
    let Some(path) = derived(&mut conn, id.0, kind, edited).await? else {
        if size == Size::Fullsize {
            let query = to_preview(request.query_string());
            return Ok(redirect(&format!("/api/assets/{}/thumbnail?{query}", id.0)));
        }
        return Err(ApiError::NotFound("Asset media not found".to_owned()));
    };
    drop(conn);
    let name = format!("{}_{word}{}", base_name(&source.name), extension_with_dot(&path));
    send(&request, &state, &path, Some(name), source.cache()).await
}

/// `GET /assets/{id}/original`
pub(super) async fn original(
    id: Id,
    auth: Auth,
    query: Query<Edited>,
    request: HttpRequest,
    state: Data<AppState>,
) -> Reply {
    let mut conn = state.conn().await?;
    let source = accessible(&mut conn, &auth, Permission::AssetDownload, id.0).await?;
    let edited = if query.0.0 {
        derived_exactly(&mut conn, id.0, FileType::Fullsize, true).await?
    } else {
        None
    };
    drop(conn);
    let cache = source.cache();
    let path = edited.unwrap_or(source.path);
    let name = format!("{}{}", base_name(&source.name), extension_with_dot(&path));
    send(&request, &state, &path, Some(name), cache).await
}

/// `GET /assets/{id}/video/playback`
pub(super) async fn playback(id: Id, auth: Auth, request: HttpRequest, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let source = accessible(&mut conn, &auth, Permission::AssetView, id.0).await?;
    if source.kind != "VIDEO" {
        return Err(ApiError::not_found());
    }
    let encoded = derived_exactly(&mut conn, id.0, FileType::EncodedVideo, false).await?;
    drop(conn);
    let cache = source.cache();
    send(&request, &state, &encoded.unwrap_or(source.path), None, cache).await
}

async fn send(request: &HttpRequest, state: &AppState, path: &str, name: Option<String>, cache: Cache) -> Reply {
    let path = Path::new(path);
    file::send(request, state.media.as_ref(), Send { path, name, cache }).await
}

/// The asset, if the caller may have its bytes.
async fn accessible(
    conn: &mut AsyncPgConnection,
    auth: &Auth,
    permission: Permission,
    id: Uuid,
) -> Result<Source, ApiError> {
    let granted = access::asset::granted(conn, auth, permission, &[id]).await?;
    if granted.is_empty() {
        return Err(ApiError::not_found());
    }
    source(conn, id).await
}

async fn source(conn: &mut AsyncPgConnection, id: Uuid) -> Result<Source, ApiError> {
    let row = asset::table
        .find(id)
        .select((
            asset::type_,
            asset::original_path,
            asset::original_file_name,
            asset::visibility,
        ))
        .first(conn)
        .await
        .optional()?;
    row.ok_or_else(ApiError::not_found)
}

/// The path of a derived file; of an edited asset the edited one where it is asked for and exists.
async fn derived(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    kind: FileType,
    edited: bool,
) -> Result<Option<String>, ApiError> {
    let rows = asset_file::table
        .filter(asset_file::asset_id.eq(id))
        .filter(asset_file::type_.eq(kind.as_str()))
        .filter(asset_file::is_edited.eq(false).or(asset_file::is_edited.eq(edited)))
        .order(asset_file::is_edited.desc())
        .select(asset_file::path);
    Ok(rows.first(conn).await.optional()?)
}

async fn derived_exactly(
    conn: &mut AsyncPgConnection,
    id: Uuid,
    kind: FileType,
    edited: bool,
) -> Result<Option<String>, ApiError> {
    let rows = asset_file::table
        .filter(asset_file::asset_id.eq(id))
        .filter(asset_file::type_.eq(kind.as_str()))
        .filter(asset_file::is_edited.eq(edited))
        .select(asset_file::path);
    Ok(rows.first(conn).await.optional()?)
}

/// `original?` and the query without its `size`.
fn to_original(query: &str) -> String {
    let rest: Vec<&str> = query
        .split('&')
        .filter(|pair| !is_size(pair) && !pair.is_empty())
        .collect();
    format!("original?{}", rest.join("&"))
}

/// The query with another `size` in its place.
fn to_preview(query: &str) -> String {
    let pairs = query
        .split('&')
        .map(|pair| if is_size(pair) { "size=preview" } else { pair });
    pairs.collect::<Vec<_>>().join("&")
}

fn is_size(pair: &str) -> bool {
    pair == "size" || pair.starts_with("size=")
}

/// 302 as Express writes it: with a sentence, without an `ETag` (hence the stream) or `Cache-Control`.
fn redirect(location: &str) -> HttpResponse {
    let text = Bytes::from(format!("Found. Redirecting to {location}"));
    let size = u64::try_from(text.len()).unwrap_or(0);
    let body = stream::iter([Ok::<_, std::convert::Infallible>(text)]);
    HttpResponse::Found()
        .insert_header((LOCATION, location))
        .insert_header((VARY, "Accept, Accept-Encoding"))
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .body(SizedStream::new(size, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_keep_the_other_parameters_in_their_places() {
        assert_eq!(to_original("size=fullsize"), "original?");
        assert_eq!(
            to_original("c=1&size=original&edited=false"),
            "original?c=1&edited=false"
        );
        assert_eq!(
            to_preview("size=fullsize&c=abc&edited=true"),
            "size=preview&c=abc&edited=true"
        );
    }
}
