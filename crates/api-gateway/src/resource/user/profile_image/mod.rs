//! The picture of a person.
//!
//! This program decodes nothing. An upload is kept as it came, named by its row (`profile_upload`), until a worker has made
//! the small picture of it that is shown; the upload itself is never sent to anybody, and deleted then. The answer to the
//! upload waits for the worker, for some time.

mod arrive;
mod outcome;
mod publish;

use std::path::Path;

use actix_multipart::Multipart;
use actix_web::{
    HttpMessage, HttpRequest,
    web::{Data, Payload},
};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::{
    db::schema::user,
    jobs::{Wakes, enqueue_deletion},
};
use uuid::Uuid;

use super::read::may_see;
use crate::prelude::*;
use crate::{
    http::file::{self, Cache, Send},
    incoming::{claims::Claims, drain, require_room},
};

/// `POST /users/profile-image`: 201 with the new picture; 202 with what is shown now, where no worker made it in time.
pub(super) async fn create(auth: Auth, request: HttpRequest, mut payload: Payload, state: Data<AppState>) -> Reply {
    if let Err(refusal) = require_room(&request, &state).await {
        drain::payload(&mut payload, &state.http).await;
        return Err(refusal);
    }
    if request.content_type() != "multipart/form-data" {
        drain::payload(&mut payload, &state.http).await;
        return Err(ApiError::bad("File is required"));
    }
    let mut multipart = Multipart::new(request.headers(), payload);
    let mut claims = Claims::new(state.get_ref().clone());
    let arrived = match arrive::read(&mut multipart, &auth, &state, &mut claims).await {
        Ok(arrived) => arrived,
        Err(refusal) => {
            claims.release().await;
            if refusal.may_drain {
                drain::multipart(multipart, &state.http).await;
            }
            return Err(refusal.error);
        }
    };
    let upload = publish::run(state.get_ref().clone(), auth.id(), arrived, claims).await?;
    outcome::wait(&state, auth.id(), upload).await
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Nullable<Text>)]
    path: Option<String>,
}

/// What is there to be removed: the picture, and an upload that waits to become one. Locks the account, so that of two
/// changes at once the second sees the first.
const SHOWN: &str = "select nullif(profile_image_path, '') as path from \"user\" where id = $1 for no key update";
const WAITING: &str = "delete from profile_upload where user_id = $1 returning path";
const FORGET: &str = "
update \"user\" set profile_image_path = '', profile_changed_at = now(), updated_at = now() where id = $1";

/// `DELETE /users/profile-image`
pub(super) async fn delete(auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    let wakes = conn
        .transaction::<Wakes, ApiError, _>(async |conn| {
            let mut found: Vec<Shown> = Vec::new();
            for statement in [SHOWN, WAITING] {
                let rows = sql_query(statement).bind::<SqlUuid, _>(auth.id());
                found.extend(rows.load::<Shown>(conn).await?);
            }
            let files: Vec<String> = found.into_iter().filter_map(|row| row.path).collect();
            if files.is_empty() {
                return Err(ApiError::bad("Profile image not found"));
            }
            sql_query(FORGET).bind::<SqlUuid, _>(auth.id()).execute(conn).await?;
            let mut wakes = Wakes::default();
            enqueue_deletion(conn, &mut wakes, files).await?;
            Ok(wakes)
        })
        .await?;
    drop(conn);
    state.wake(wakes).await;
    Ok(reply::no_content())
}

/// `GET /users/{id}/profile-image`: that of an account that may not be seen is not there.
pub(super) async fn get(auth: Auth, id: Id, request: HttpRequest, state: Data<AppState>) -> Reply {
    if !may_see(&auth, id.0, &state) {
        return Err(ApiError::not_found());
    }
    let path = shown(&state, id.0).await?.filter(|path| !path.is_empty());
    let path = path.ok_or_else(ApiError::not_found)?;
    let what = Send {
        path: Path::new(&path),
        name: None,
        // Pictures change under their address.
        cache: Cache::Ask,
    };
    file::send(&request, state.media.as_ref(), what).await
}

async fn shown(state: &AppState, id: Uuid) -> Result<Option<String>, ApiError> {
    let row = user::table
        .find(id)
        .filter(user::deleted_at.is_null())
        .select(user::profile_image_path);
    Ok(row.first(&mut state.conn().await?).await.optional()?)
}
