//! Routes that look at the request, and at who may see an asset or an album, before they say that there is nothing.

use std::future::ready;

use actix_web::HttpResponse;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::{self, Access},
    http::validate::{Bound, Choices, Fields, Rule, Shape, choice, list, object, query_integer, shape, text, uuid},
    resource::bulk::Ids,
    routes::{Api, DELETE, routes},
};

routes! {
    GET    "/activities"                        user ActivityRead       => activities;
    GET    "/activities/statistics"             user ActivityStatistics => activity_statistics;
    GET    "/admin/integrity/report"            admin Maintenance       => findings;
    GET    "/admin/integrity/report/{type}/csv" admin Maintenance       => findings_as_csv;
    GET    "/assets/{id}/edits"                 user AssetEditGet       => edits;
    DELETE "/assets/{id}/edits"                 user AssetEditDelete    => undo_edits;
    GET    "/assets/{id}/ocr"                   user AssetRead          => ocr;
    GET    "/faces"                             user FaceRead           => faces;
    GET    "/partners"                          user PartnerRead        => partners;
    PUT    "/people"                            user PersonUpdate       => update_people;
    PUT    "/tags/assets"                       user TagAsset           => tag_assets;
    GET    "/workflows/triggers"                any_user                => triggers;
    POST   "/duplicates/resolve"                user DuplicateDelete    => resolve;
    GET    "/shared-links/me"                   shared All              => no_link;
    POST   "/shared-links/login"                shared All              => no_link;
}

/// Of lists of things that are not there, none is the caller's.
pub(super) fn none_of_many(api: &mut Api<'_>) {
    for (path, permission) in [
        ("/duplicates", Permission::DuplicateDelete),
        ("/people", Permission::PersonDelete),
        ("/stacks", Permission::StackDelete),
    ] {
        api.route(DELETE, path, Access::user(permission), &move |body: Body<Ids>| {
            ready(none_of(&body.0, permission))
        });
    }
}

/// What to look for in an album.
struct Activities {
    album: Uuid,
}

impl Shape for Activities {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        const LEVELS: &Choices<()> = &[("album", ()), ("asset", ())];
        const TYPES: &Choices<()> = &[("comment", ()), ("like", ())];
        let album = fields.read("albumId", uuid());
        fields.read("assetId", uuid().optional());
        fields.read("level", choice(LEVELS).optional());
        fields.read("type", choice(TYPES).optional());
        fields.read("userId", uuid().optional());
        album.map(|album| Self { album })
    }
}

/// `GET /activities`
async fn activities(auth: Auth, query: Query<Activities>, state: Data<AppState>) -> Reply {
    readable(&state, &auth, query.album).await?;
    Ok(nothing())
}

/// `GET /activities/statistics`
async fn activity_statistics(auth: Auth, query: Query<Activities>, state: Data<AppState>) -> Reply {
    readable(&state, &auth, query.album).await?;
    Ok(reply::ok(&json!({"comments": 0, "likes": 0})))
}

async fn readable(state: &AppState, auth: &Auth, album: Uuid) -> Result<(), ApiError> {
    let mut conn = state.conn().await?;
    access::album::require(&mut conn, auth, Permission::AlbumRead, album).await?;
    Ok(())
}

/// What a report of integrity is about.
const FINDINGS: &Choices<()> = &[("untracked_file", ()), ("missing_file", ()), ("checksum_mismatch", ())];

/// A page of a report.
struct Findings;

impl Shape for Findings {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let kind = fields.read("type", choice(FINDINGS));
        let limit = fields.read("limit", query_integer().min(1).optional());
        let cursor = fields.read("cursor", text().optional());
        kind.and(limit).and(cursor).map(|_| Self)
    }
}

/// `GET /admin/integrity/report`: nothing was looked for, so nothing was found.
async fn findings(_page: Query<Findings>) -> Reply {
    Ok(reply::ok(&json!({"items": []})))
}

/// The kind of report in a path.
struct Report;

impl Shape for Report {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("type", choice(FINDINGS)).map(|()| Self)
    }
}

/// `GET /admin/integrity/report/{type}/csv`: the names of the columns, and no row.
async fn findings_as_csv(_report: Params<Report>) -> Reply {
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .body("id,type,path\n"))
}

/// `GET /assets/{id}/edits`
async fn edits(id: Id, auth: Auth, state: Data<AppState>) -> Reply {
    require_asset(id, &auth, Permission::AssetEditGet, &state).await?;
    Ok(reply::ok(&json!({"assetId": id.0, "edits": []})))
}

/// `DELETE /assets/{id}/edits`: afterwards there are none, as before.
async fn undo_edits(id: Id, auth: Auth, state: Data<AppState>) -> Reply {
    require_asset(id, &auth, Permission::AssetEditDelete, &state).await?;
    Ok(reply::no_content())
}

/// `GET /assets/{id}/ocr`
async fn ocr(id: Id, auth: Auth, state: Data<AppState>) -> Reply {
    nothing_in(id, &auth, &state).await
}

/// `GET /faces?id=`
async fn faces(asset: Query<Id>, auth: Auth, state: Data<AppState>) -> Reply {
    nothing_in(asset.0, &auth, &state).await
}

async fn nothing_in(asset: Id, auth: &Auth, state: &AppState) -> Reply {
    require_asset(asset, auth, Permission::AssetRead, state).await?;
    Ok(nothing())
}

async fn require_asset(asset: Id, auth: &Auth, permission: Permission, state: &AppState) -> Result<(), ApiError> {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, auth, permission, &[asset.0]).await?;
    Ok(())
}

struct Direction;

impl Shape for Direction {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        const DIRECTIONS: &Choices<()> = &[("shared-by", ()), ("shared-with", ())];
        fields.read("direction", choice(DIRECTIONS)).map(|()| Self)
    }
}

/// `GET /partners`
async fn partners(_direction: Query<Direction>) -> Reply {
    Ok(nothing())
}

/// `GET /workflows/triggers`
async fn triggers() -> Reply {
    Ok(nothing())
}

shape! {
    struct People(Vec<Id> = "people", list(Bound::Items, object()));
}

/// `PUT /people`: an answer for each, as for ids that nobody has (measured).
async fn update_people(body: Body<People>) -> Reply {
    let unknown = |person: &Id| json!({"id": person.0, "success": false, "error": "unknown"});
    Ok(reply::ok(&body.0.0.iter().map(unknown).collect::<Vec<Value>>()))
}

struct TagsAndAssets;

impl Shape for TagsAndAssets {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let tags = fields.read("tagIds", list(Bound::Ids, uuid()));
        let assets = fields.read("assetIds", list(Bound::Ids, uuid()));
        tags.and(assets).map(|_| Self)
    }
}

/// `PUT /tags/assets`: tags that are not the caller's count for nothing (measured).
async fn tag_assets(_body: Body<TagsAndAssets>) -> Reply {
    Ok(reply::ok(&json!({"count": 0})))
}

/// Deletes several: that is done when there are none of them, and refused for any other.
fn none_of(ids: &Ids, permission: Permission) -> Reply {
    if ids.0.is_empty() {
        return Ok(reply::no_content());
    }
    Err(ApiError::no_access(permission.as_str()))
}

struct Group;

impl Shape for Group {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let id = fields.read("duplicateId", uuid());
        let kept = fields.read("keepAssetIds", list(Bound::Ids, uuid()));
        let trashed = fields.read("trashAssetIds", list(Bound::Ids, uuid()));
        id.and(kept).and(trashed).map(|_| Self)
    }
}

struct Groups;

impl Shape for Groups {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields
            .read("groups", list(Bound::Items, object::<Group>()).min(1))
            .map(|_| Self)
    }
}

/// `POST /duplicates/resolve`
async fn resolve(_groups: Body<Groups>) -> Reply {
    Err(ApiError::no_access(Permission::DuplicateDelete.as_str()))
}

/// `GET /shared-links/me` and the login to a link: the gate has refused every key, so this is a session.
async fn no_link() -> Reply {
    Err(ApiError::forbidden("Forbidden"))
}

fn nothing() -> HttpResponse {
    reply::ok(&json!([]))
}
