//! From the stream of events to the sockets: one task for a whole gateway.
//!
//! An event says that something happened to somebody. What a client sees of it is read from the database, once for all
//! events of a batch, and only for those who have a socket open here.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use safelight_core::{
    db::Pool,
    events::{Event, EventReader},
    settings::Settings,
};
use serde_json::{Value, json};
use tokio::time::sleep;
use uuid::Uuid;

use super::Sockets;
use crate::{
    access::Permission,
    http::error::ApiError,
    resource::{
        asset::live::{self as assets, LiveAsset},
        notification::live as notifications,
    },
};

/// Between the end of a session and the word to its sockets: its own request is answered first.
const SESSION_DELAY: Duration = Duration::from_millis(500);
/// Between two tries to read.
const PAUSE: Duration = Duration::from_millis(500);
/// How often a batch is tried while the database does not answer.
const TRIES: u32 = 10;

/// Runs until it is aborted. Where Redis is away, sockets stay open, and the task goes on where it was.
pub(super) async fn run(mut reader: EventReader, sockets: Arc<Sockets>, pool: Pool, settings: Settings) {
    let mut away = false;
    loop {
        match reader.next().await {
            Ok(events) => {
                if std::mem::take(&mut away) {
                    tracing::info!("events are read again");
                }
                sockets
                    .metrics
                    .events
                    .inc_by(u64::try_from(events.len()).unwrap_or_default());
                deliver(&sockets, &pool, &settings, events).await;
            }
            Err(error) => {
                if !std::mem::replace(&mut away, true) {
                    tracing::warn!(%error, "events cannot be read: open pages do not follow until Redis is back");
                }
                sleep(PAUSE).await;
            }
        }
    }
}

/// What the events of a batch need from the database.
#[derive(Default)]
struct Bodies {
    assets: HashMap<Uuid, LiveAsset>,
    notifications: HashMap<Uuid, Value>,
}

async fn deliver(sockets: &Arc<Sockets>, pool: &Pool, settings: &Settings, events: Vec<Event>) {
    let mut tries = 0;
    let bodies = loop {
        match load(sockets, pool, settings, &events).await {
            Ok(bodies) => break bodies,
            Err(error) if tries >= TRIES => {
                tracing::warn!(%error, "events are passed over: the database does not answer");
                break Bodies::default();
            }
            Err(_) => {
                tries += 1;
                sleep(PAUSE).await;
            }
        }
    };
    if events.contains(&Event::Missed) {
        // Everybody looks again, the keeper at sessions and pages at what they show.
        sockets.recheck();
        sockets.announce("on_events_missed");
    }
    for event in events {
        send(sockets, event, &bodies);
    }
}

async fn load(sockets: &Sockets, pool: &Pool, settings: &Settings, events: &[Event]) -> Result<Bodies, ApiError> {
    let newest = events.iter().filter_map(|event| match event {
        Event::ConfigUpdate { version } => Some(*version),
        _ => None,
    });
    let newest = newest.max().filter(|version| *version != settings.version());
    let seen: HashSet<Uuid> = events
        .iter()
        .filter_map(|event| match event {
            Event::UploadSuccess { user, asset } | Event::AssetUpdate { user, asset } => {
                sockets.has(*user).then_some(*asset)
            }
            _ => None,
        })
        .collect();
    let told = events.iter().filter_map(|event| match event {
        Event::Notification { user, notification } => sockets.has(*user).then_some(*notification),
        _ => None,
    });
    let told: Vec<Uuid> = told.collect();
    if newest.is_none() && seen.is_empty() && told.is_empty() {
        return Ok(Bodies::default());
    }
    let mut conn = pool.get().await?;
    if let Some(version) = newest {
        // The keeper tells the clients, as it does where only a beat has seen the new version.
        settings.refresh(&mut conn, version).await?;
    }
    Ok(Bodies {
        assets: assets::load(&mut conn, seen.into_iter().collect()).await?,
        notifications: notifications::load(&mut conn, told).await?,
    })
}

fn send(sockets: &Arc<Sockets>, event: Event, bodies: &Bodies) {
    // What is locked is not told to pages, which may be open without the PIN.
    let in_sight = |asset: &Uuid| bodies.assets.get(asset).filter(|body| !body.is_locked());
    let of_assets = |user, name, arguments| sockets.to_user(user, Permission::AssetRead, name, arguments);
    match event {
        Event::UploadSuccess { user, asset } => {
            if let Some(body) = in_sight(&asset) {
                of_assets(user, "on_upload_success", vec![body.uploaded()]);
                of_assets(user, "AssetUploadReadyV2", vec![body.ready()]);
            }
        }
        Event::AssetUpdate { user, asset } => {
            if let Some(body) = in_sight(&asset) {
                of_assets(user, "on_asset_update", vec![body.updated()]);
            }
        }
        Event::AssetHidden { user, asset } => of_assets(user, "on_asset_hidden", ids([asset])),
        Event::AssetTrash { user, assets } => of_assets(user, "on_asset_trash", vec![ids(assets).into()]),
        Event::AssetRestore { user, assets } => of_assets(user, "on_asset_restore", vec![ids(assets).into()]),
        Event::AssetDelete { user, asset } => of_assets(user, "on_asset_delete", ids([asset])),
        Event::SessionDelete { session } => drop(tokio::spawn(end_session(sockets.clone(), session))),
        Event::UserDelete { user } => {
            sockets.to_all(Permission::UserRead, "on_user_delete", ids([user]));
            sockets.end_user(user);
        }
        // New settings are told by the keeper, once for each version; what was missed, once for the whole batch.
        Event::ConfigUpdate { .. } | Event::Missed => {}
        Event::Notification { user, notification } => {
            if let Some(body) = bodies.notifications.get(&notification) {
                sockets.to_user(
                    user,
                    Permission::NotificationRead,
                    "on_notification",
                    vec![body.clone()],
                );
            }
        }
        Event::JobProgress {
            job,
            queue,
            subject,
            per_mille,
        } => {
            let progress = f64::from(per_mille) / 1000.0;
            let body = json!({"id": job, "assetId": subject, "queue": queue, "progress": progress});
            sockets.to_admins(Permission::QueueJobRead, "on_job_progress", vec![body]);
        }
    }
}

/// Tells the sockets of a session that it is over; those of sessions below it are found by the look that follows.
async fn end_session(sockets: Arc<Sockets>, session: Uuid) {
    sleep(SESSION_DELAY).await;
    sockets.end_sessions(&HashSet::from([session]));
    sockets.recheck();
}

fn ids(list: impl IntoIterator<Item = Uuid>) -> Vec<Value> {
    list.into_iter().map(|id| id.to_string().into()).collect()
}
