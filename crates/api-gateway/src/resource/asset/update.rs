//! Changing one asset.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::{
    db::{DbError, RowLock, again, lock_assets, lock_assets_with_parts, schema::asset},
    events::Event,
    jobs::{
        Class, NewJob, Wakes, enqueue,
        kind::{GenerateThumbnails, SidecarWrite},
    },
};
use uuid::Uuid;

use super::{
    change::{self, Change},
    read,
    upload::live_photo,
};
use crate::prelude::*;
use crate::{
    access::{self},
    http::validate::{Rule, shape, uuid},
};

shape! {
    /// Changes to one asset.
    pub(super) struct Update {
        change: Change;
        /// `Some(None)` takes the moving part off.
        live_photo_video_id: Option<Option<Uuid>> = "livePhotoVideoId", uuid().nullish();
    }
}

/// `PUT /assets/{id}`
pub(super) async fn update(id: Id, auth: Auth, body: Body<Update>, state: Data<AppState>) -> Reply {
    let Update {
        change,
        live_photo_video_id,
    } = body.0;
    let id = id.0;
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetUpdate, &[id]).await?;
    let owner = auth.id();
    let exif = change.exif(None)?;
    let (wakes, events) = again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            let mut told = (Wakes::default(), Vec::new());
            match live_photo_video_id {
                Some(video) => relink(conn, owner, id, video, &mut told).await?,
                None => drop(lock_assets_with_parts(conn, &[id]).await?),
            }
            change::apply(conn, &[id], &change).await?;
            change::apply_exif(conn, &[id], &exif).await?;
            if !exif.columns().is_empty() {
                let job = NewJob::<SidecarWrite>::for_subject(id).class(Class::Interactive);
                enqueue(conn, &mut told.0, job).await?;
            }
            Ok(told)
        })
        .await
    })
    .await?;
    let view = read::plain(&mut conn, &auth, id).await?;
    drop(conn);
    state.wake(wakes).await;
    state.publish(&events).await;
    Ok(reply::ok(&view))
}

/// Locks a photo, what it shows moving and what it is to show, in the order of their ids. Gives what it shows.
async fn lock_parts(conn: &mut AsyncPgConnection, id: Uuid, video: Option<Uuid>) -> Result<Option<Uuid>, ApiError> {
    let shown = async |conn: &mut AsyncPgConnection| {
        let column = asset::table.find(id).select(asset::live_photo_video_id);
        column.first::<Option<Uuid>>(conn).await
    };
    let before = shown(conn).await?;
    let parts: Vec<Uuid> = [Some(id), before, video].into_iter().flatten().collect();
    lock_assets(conn, &parts, RowLock::Change).await?;
    if shown(conn).await? == before {
        return Ok(before);
    }
    // Somebody else was quicker, and now other rows count.
    Err(DbError::Overtaken.into())
}

/// Gives a photo another moving part, or takes it off: then the video is an asset of its own again and gets pictures.
async fn relink(
    conn: &mut AsyncPgConnection,
    owner: Uuid,
    id: Uuid,
    video: Option<Uuid>,
    (wakes, events): &mut (Wakes, Vec<Event>),
) -> Result<(), ApiError> {
    let before = lock_parts(conn, id, video).await?;
    if before == video {
        return Ok(());
    }
    if let Some(video) = video {
        live_photo::check(conn, owner, video).await?;
        if video == id {
            return Err(ApiError::bad("Live photo video must be another asset"));
        }
        if live_photo::hide(conn, video).await? {
            events.push(Event::AssetHidden {
                user: owner,
                asset: video,
            });
        }
    }
    if let Some(before) = before {
        diesel::update(asset::table.find(before).filter(asset::visibility.eq("hidden")))
            .set((asset::visibility.eq("timeline"), asset::updated_at.eq(diesel::dsl::now)))
            .execute(conn)
            .await?;
        let job = NewJob::<GenerateThumbnails>::for_subject(before).notify(true);
        enqueue(conn, wakes, job).await?;
    }
    diesel::update(asset::table.find(id))
        .set((
            asset::live_photo_video_id.eq(video),
            asset::updated_at.eq(diesel::dsl::now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}
