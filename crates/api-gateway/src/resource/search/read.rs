//! Answering searches for assets.

use actix_web::HttpResponse;
use serde::Serialize;
use serde_json::Value;

use super::{
    chance,
    filter::{self, Question},
    statement::{self, SearchOrder},
    wire::{Large, Metadata, Random, Smart, Statistics},
    words,
};
use crate::prelude::*;
use crate::resource::asset::{self, AssetView, Detail};

/// How many are found where the question does not say.
const PAGE: i64 = 250;

/// `SearchResponseDto`. Albums are found by their own route; here there are never any.
#[derive(Serialize)]
struct Found {
    albums: Section<Value>,
    assets: Section<AssetView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Section<T> {
    total: usize,
    count: usize,
    items: Vec<T>,
    facets: Vec<Value>,
    /// The number of the next page as a text, null on the last one; albums have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page: Option<Option<String>>,
}

impl<T> Section<T> {
    fn new(items: Vec<T>, next_page: Option<Option<String>>) -> Self {
        Self {
            total: items.len(),
            count: items.len(),
            items,
            facets: Vec::new(),
            next_page,
        }
    }
}

/// `POST /search/metadata`: a page, by the date on which assets were taken.
pub(super) async fn metadata(auth: Auth, body: Body<Metadata>, state: Data<AppState>) -> Reply {
    let search = body.0;
    let mut conn = state.conn().await?;
    filter::check(&mut conn, &auth, &search.random.filter).await?;
    let mut question = Question::of_metadata(auth.id(), &search);
    words::narrow(&mut conn, auth.id(), &search.random.filter.words, &mut question).await?;
    let order = if search.ascending {
        SearchOrder::Oldest
    } else {
        SearchOrder::Newest
    };
    let size = search.random.size.unwrap_or(PAGE);
    let skipped = (search.page - 1).saturating_mul(size);
    // One more tells whether there is another page.
    let (conditions, statement) = statement::ids(question, order, size + 1, skipped);
    let mut ids = conditions.ids(&mut conn, statement).await?;
    let size = usize::try_from(size).map_err(ApiError::internal)?;
    let next_page = (ids.len() > size).then(|| (search.page + 1).to_string());
    ids.truncate(size);
    let items = asset::many(&mut conn, &auth, &ids, detail(search.random.with_exif)).await?;
    Ok(reply::ok(&Found {
        albums: Section::new(Vec::new(), None),
        assets: Section::new(items, Some(next_page)),
    }))
}

/// `POST /search/random`
pub(super) async fn random(auth: Auth, body: Body<Random>, state: Data<AppState>) -> Reply {
    let search = body.0;
    let mut conn = state.conn().await?;
    filter::check(&mut conn, &auth, &search.filter).await?;
    let mut question = Question::new(auth.id(), &search.filter);
    words::narrow(&mut conn, auth.id(), &search.filter.words, &mut question).await?;
    let ids = chance::ids(&mut conn, &search.filter, question, search.size.unwrap_or(PAGE)).await?;
    let detail = detail(search.with_exif);
    Ok(reply::ok(&asset::many(&mut conn, &auth, &ids, detail).await?))
}

/// `POST /search/large-assets`: the largest first, always with their tags, of which the size is one.
pub(super) async fn large(auth: Auth, query: Query<Large>, state: Data<AppState>) -> Reply {
    let search = query.0;
    let mut conn = state.conn().await?;
    filter::check(&mut conn, &auth, &search.filter).await?;
    let mut question = Question::of_size(auth.id(), &search.filter, search.min_file_size);
    words::narrow(&mut conn, auth.id(), &search.filter.words, &mut question).await?;
    let (conditions, statement) = statement::ids(question, SearchOrder::Largest, search.size.unwrap_or(PAGE), 0);
    let ids = conditions.ids(&mut conn, statement).await?;
    Ok(reply::ok(&asset::many(&mut conn, &auth, &ids, Detail::Plain).await?))
}

/// `POST /search/statistics`: how many a search would find.
pub(super) async fn statistics(auth: Auth, body: Body<Statistics>, state: Data<AppState>) -> Reply {
    let search = body.0;
    let mut conn = state.conn().await?;
    filter::check(&mut conn, &auth, &search.filter).await?;
    let mut question = Question::of_statistics(auth.id(), &search);
    words::narrow(&mut conn, auth.id(), &search.filter.words, &mut question).await?;
    let (conditions, statement) = statement::count(question);
    Ok(reply::written(conditions.body(&mut conn, statement).await?))
}

/// `POST /search/smart`: nothing here understands pictures.
pub(super) async fn smart(_auth: Auth, _body: Body<Smart>) -> Result<HttpResponse, ApiError> {
    Err(ApiError::bad("Smart search is not enabled"))
}

fn detail(with_exif: bool) -> Detail {
    if with_exif { Detail::Plain } else { Detail::Bare }
}
