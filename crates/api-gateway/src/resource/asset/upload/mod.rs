//! Uploading: `POST /assets`.
//!
//! 1. A checksum in the header that is known answers at once; too little free space refuses before the body.
//! 2. [`form`] reads the parts in the order they come. Files go to the store in blocks while they are hashed
//!    ([`receive`]), each under an intent row ([`Claims`]).
//! 3. [`publish`] makes the files durable and writes the rows in one transaction, on a task of its own: a client that
//!    goes away then changes nothing any more.
//!
//! Whatever ends an upload before that, the claims remove its files and their intents.

mod fields;
mod form;
pub(super) mod live_photo;
mod names;
mod publish;
mod receive;

use actix_multipart::Multipart;
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use safelight_core::db::schema::asset;
use serde_json::json;
use uuid::Uuid;

use self::{fields::UploadFields, publish::Outcome};
use super::check::parse_checksum;
use crate::prelude::*;
use crate::{
    http::body,
    incoming::{claims::Claims, drain, require_room},
};

/// The header by which a client asks whether its file is here already.
const CHECKSUM: &str = "x-immich-checksum";

/// `POST /assets`
pub(in crate::resource) async fn create(
    auth: Auth,
    request: HttpRequest,
    mut payload: Payload,
    state: Data<AppState>,
) -> Reply {
    if let Some(answer) = answer_early(&auth, &request, &state).await.transpose() {
        drain::payload(&mut payload, &state.http).await;
        return answer;
    }
    if request.content_type() != "multipart/form-data" {
        body::read::<UploadFields>(&request, payload.into_inner()).await?;
        return Err(ApiError::bad("File is required"));
    }
    let mut multipart = Multipart::new(request.headers(), payload);
    let mut claims = Claims::new(state.get_ref().clone());
    let form = match form::read(&mut multipart, &auth, &state, &mut claims).await {
        Ok(form) => form,
        Err(refusal) => {
            // First the files, so that the space is free before the client knows.
            claims.release().await;
            if refusal.may_drain {
                drain::multipart(multipart, &state.http).await;
            }
            return Err(refusal.error);
        }
    };
    match publish::run(state.get_ref().clone(), auth, form, claims).await? {
        Outcome::Created(id) => Ok(reply::created(&json!({"id": id, "status": "created"}))),
        Outcome::Duplicate(id) => Ok(duplicate(id)),
    }
}

/// What can be said before the body: the file is here already, or there is no room for it.
async fn answer_early(auth: &Auth, request: &HttpRequest, state: &AppState) -> Result<Option<HttpResponse>, ApiError> {
    let header = request.headers().get(CHECKSUM).and_then(|value| value.to_str().ok());
    if let Some(checksum) = header.and_then(parse_checksum) {
        let mut conn = state.conn().await?;
        if let Some(id) = known(&mut conn, auth.id(), &checksum).await? {
            return Ok(Some(duplicate(id)));
        }
    }
    require_room(request, state).await?;
    Ok(None)
}

/// The asset of this owner with this content, be it in the trash; files of external libraries do not count.
async fn known(conn: &mut AsyncPgConnection, owner: Uuid, checksum: &[u8]) -> Result<Option<Uuid>, ApiError> {
    let rows = asset::table
        .filter(asset::owner_id.eq(owner))
        .filter(asset::checksum.eq(checksum))
        .filter(asset::library_id.is_null())
        .select(asset::id);
    Ok(rows.first(conn).await.optional()?)
}

/// 200; the order of the keys differs from that of 201 (measured C6).
fn duplicate(id: Uuid) -> HttpResponse {
    reply::ok(&json!({"status": "duplicate", "id": id}))
}
