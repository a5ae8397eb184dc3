//! The bytes of assets. For originals and videos, whatever is not there or not allowed is 404 (measured A1).

use std::path::Path;

use actix_web::{
    HttpRequest, HttpResponse,
    body::SizedStream,
    http::header::{CONTENT_TYPE, LOCATION, VARY},
};
use bytes::Bytes;
use diesel::{
    QueryableByName,
    sql_types::{Bool, Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use futures_util::stream;
use safelight_core::{
    db::prepared,
    formats,
    ids::{FileType, Visibility},
};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::asset::visible,
    http::{
        file::{self, Cache, Send, base_name, extension_with_dot},
        validate::{Choices, Rule, choice, query_boolean, shape},
    },
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
#[derive(QueryableByName)]
struct Source {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    visibility: String,
    /// The path of the derived file that was asked for.
    #[diesel(sql_type = Nullable<Text>)]
    derived: Option<String>,
}

/// The asset `$1` as far as the caller may look at it, with its derived file of the kind `$4`: the edited one (`$5`), or where `$6` the one
/// that was not edited in its place.
const SOURCE: &str = concat!(
    "select a.type as kind, a.original_path as path, a.original_file_name as name, a.visibility, made.path as derived
    from asset a left join lateral (
        select file.path from asset_file file
        where file.asset_id = a.id and file.type = $4 and (file.is_edited = $5 or ($6 and not file.is_edited))
        order by file.is_edited desc limit 1) made on true
    where a.id = $1 and ",
    visible!()
);

/// A derived file of an asset.
#[derive(Clone, Copy)]
enum Derived {
    /// The edited one where it is asked for and exists, else the other.
    Best { kind: FileType, edited: bool },
    /// This and no other.
    Exactly { kind: FileType, edited: bool },
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
    let Picture { size, edited } = query.0;
    let (kind, word) = match size {
        Size::Fullsize => (FileType::Fullsize, "fullsize"),
        Size::Preview => (FileType::Preview, "preview"),
        Size::Thumbnail | Size::Original => (FileType::Thumbnail, "thumbnail"),
    };
    let source = source(&state, &auth, id.0, Derived::Best { kind, edited }).await?;
    let source = source.ok_or_else(|| ApiError::no_access(Permission::AssetView.as_str()))?;
    let shown_as_is = source.kind == "IMAGE" && formats::is_web_supported(&formats::extension_of(&source.path));
    if size == Size::Original || (size == Size::Fullsize && shown_as_is && !edited) {
        return Ok(redirect(&to_original(request.query_string())));
    }
    let cache = source.cache();
    let Some(path) = source.derived else {
        if size == Size::Fullsize {
            let query = to_preview(request.query_string());
            return Ok(redirect(&format!("/api/assets/{}/thumbnail?{query}", id.0)));
        }
        return Err(ApiError::NotFound("Asset media not found".to_owned()));
    };
    let name = format!("{}_{word}{}", base_name(&source.name), extension_with_dot(&path));
    send(&request, &state, &path, Some(name), cache).await
}

/// `GET /assets/{id}/original`
pub(super) async fn original(
    id: Id,
    auth: Auth,
    query: Query<Edited>,
    request: HttpRequest,
    state: Data<AppState>,
) -> Reply {
    let kind = FileType::Fullsize;
    let source = source(&state, &auth, id.0, Derived::Exactly { kind, edited: true }).await?;
    let source = source.ok_or_else(ApiError::not_found)?;
    let cache = source.cache();
    let path = source.derived.filter(|_| query.0.0).unwrap_or(source.path);
    let name = format!("{}{}", base_name(&source.name), extension_with_dot(&path));
    send(&request, &state, &path, Some(name), cache).await
}

/// `GET /assets/{id}/video/playback`
pub(super) async fn playback(id: Id, auth: Auth, request: HttpRequest, state: Data<AppState>) -> Reply {
    let kind = FileType::EncodedVideo;
    let source = source(&state, &auth, id.0, Derived::Exactly { kind, edited: false }).await?;
    let source = source
        .filter(|source| source.kind == "VIDEO")
        .ok_or_else(ApiError::not_found)?;
    let cache = source.cache();
    send(&request, &state, &source.derived.unwrap_or(source.path), None, cache).await
}

async fn send(request: &HttpRequest, state: &AppState, path: &str, name: Option<String>, cache: Cache) -> Reply {
    let path = Path::new(path);
    file::send(request, state.media.as_ref(), Send { path, name, cache }).await
}

/// The asset and one of its derived files, if the caller may look at them: one statement, since a page of pictures asks this for each.
async fn source(state: &AppState, auth: &Auth, id: Uuid, derived: Derived) -> Result<Option<Source>, ApiError> {
    let (kind, edited, or_unedited) = match derived {
        Derived::Best { kind, edited } => (kind, edited, true),
        Derived::Exactly { kind, edited } => (kind, edited, false),
    };
    let rows: Vec<Source> = prepared(SOURCE)
        .bind::<SqlUuid, _>(id)
        .bind::<SqlUuid, _>(auth.id())
        .bind::<Bool, _>(auth.is_elevated())
        .bind::<Text, _>(kind.as_str())
        .bind::<Bool, _>(edited)
        .bind::<Bool, _>(or_unedited)
        .load(&mut state.conn().await?)
        .await?;
    Ok(rows.into_iter().next())
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
