use std::time::Duration;

use actix_web::http::StatusCode;
use chrono::{DateTime, Utc};
use diesel::{
    OptionalExtension as _, QueryableByName, sql_query,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::http::reply::iso;
use crate::prelude::*;

/// Between two looks, at first and at last.
const FIRST_LOOK: Duration = Duration::from_millis(30);
const LAST_LOOK: Duration = Duration::from_millis(500);

const LOOK: &str = "
select u.profile_image_path as path, u.profile_changed_at as changed_at, p.upload, p.refusal
from \"user\" u left join profile_upload p on p.user_id = u.id
where u.id = $1 and u.deleted_at is null";

#[derive(QueryableByName)]
struct Look {
    #[diesel(sql_type = Text)]
    path: String,
    #[diesel(sql_type = Timestamptz)]
    changed_at: DateTime<Utc>,
    /// The newest upload, while it is not done.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    upload: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    refusal: Option<String>,
}

/// Waits until the upload has become the picture of the person, or has not. The answer tells what is shown then.
///
/// # Errors
/// 400 where no picture can be made of it.
pub(super) async fn wait(state: &AppState, user: Uuid, upload: Uuid) -> Reply {
    let deadline = Instant::now() + state.accounts.profile_wait;
    let mut pause = FIRST_LOOK;
    loop {
        let look = look(state, user).await?;
        let status = match (look.upload, &look.refusal) {
            (Some(newest), Some(refusal)) if newest == upload => return Err(ApiError::bad(refusal)),
            (Some(newest), _) if newest == upload => {
                if Instant::now() < deadline {
                    sleep(pause).await;
                    pause = (pause * 2).min(LAST_LOOK);
                    continue;
                }
                tracing::warn!(user.id = %user, "no worker has made the picture of a person in time");
                StatusCode::ACCEPTED
            }
            // A later upload has taken its place.
            (Some(_), _) => StatusCode::ACCEPTED,
            (None, _) => StatusCode::CREATED,
        };
        let body = json!({
            "userId": user,
            "profileImagePath": look.path,
            "profileChangedAt": iso(look.changed_at),
        });
        return Ok(reply::json(status, &body));
    }
}

async fn look(state: &AppState, user: Uuid) -> Result<Look, ApiError> {
    let row = sql_query(LOOK).bind::<SqlUuid, _>(user);
    let found = row.get_result(&mut state.conn().await?).await.optional()?;
    found.ok_or(ApiError::Unauthorized("Invalid user token"))
}
