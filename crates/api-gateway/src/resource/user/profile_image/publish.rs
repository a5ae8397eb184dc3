use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Nullable, Text, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use safelight_core::{
    db::schema::user,
    jobs::{Class, NewJob, Wakes, enqueue, enqueue_deletion, kind},
    media::intents,
};
use uuid::Uuid;

use super::arrive::Arrived;
use crate::{door, http::error::ApiError, incoming::claims::Claims, state::AppState};

const REPLACED: &str = "select path from profile_upload where user_id = $1";
const UPLOAD: &str = "
insert into profile_upload (user_id, upload, path, file_name) values ($1, $2, $3, $4)
on conflict (user_id) do update set upload = excluded.upload, path = excluded.path, file_name = excluded.file_name,
    refusal = null, created_at = now()";

/// Publishes an upload and orders its picture, on a task of its own, so that a client that goes away does not stop it
/// half-way.
pub(super) async fn run(state: AppState, owner: Uuid, arrived: Arrived, claims: Claims) -> Result<Uuid, ApiError> {
    let task = door::spawn(async move {
        let upload = arrived.upload;
        match publish(&state, owner, arrived).await {
            Ok(wakes) => {
                claims.published();
                state.wake(wakes).await;
                Ok(upload)
            }
            Err(error) => {
                claims.release().await;
                Err(error)
            }
        }
    });
    task.await.map_err(ApiError::internal)?
}

#[derive(QueryableByName)]
struct Replaced {
    #[diesel(sql_type = Nullable<Text>)]
    path: Option<String>,
}

async fn publish(state: &AppState, owner: Uuid, arrived: Arrived) -> Result<Wakes, ApiError> {
    let Arrived {
        upload,
        name,
        size,
        part,
    } = arrived;
    let size = i64::try_from(size).map_err(ApiError::internal)?;
    let path = part.path().to_owned();
    part.commit().await?;
    let mut conn = state.conn().await?;
    conn.transaction::<Wakes, ApiError, _>(async |conn| {
        // Of two uploads at once the second waits here, and then sees the first.
        let live = user::table.find(owner).filter(user::deleted_at.is_null());
        let account = live.select((user::quota_size_in_bytes, user::quota_usage_in_bytes));
        let (quota, used) = account
            .for_no_key_update()
            .first::<(Option<i64>, i64)>(conn)
            .await
            .optional()?
            .ok_or(ApiError::Unauthorized("Invalid user token"))?;
        // It is not counted, since only a small picture made of it stays; until then it must fit into what may be stored.
        if quota.is_some_and(|quota| used.saturating_add(size) > quota) {
            return Err(ApiError::quota_exceeded());
        }
        let replaced: Vec<Replaced> = sql_query(REPLACED).bind::<SqlUuid, _>(owner).load(conn).await?;
        sql_query(UPLOAD)
            .bind::<SqlUuid, _>(owner)
            .bind::<SqlUuid, _>(upload)
            .bind::<Text, _>(path.to_string_lossy())
            .bind::<Text, _>(name)
            .execute(conn)
            .await?;
        let mut wakes = Wakes::default();
        enqueue_deletion(
            conn,
            &mut wakes,
            replaced.into_iter().filter_map(|row| row.path).collect(),
        )
        .await?;
        let job = NewJob::<kind::GenerateProfileImage>::for_subject(owner).class(Class::Interactive);
        enqueue(conn, &mut wakes, job).await?;
        if !intents::clear(conn, &path).await? {
            return Err(ApiError::internal("the sweep has taken the file of an upload"));
        }
        Ok(wakes)
    })
    .await
}
