//! The zone in which nights are counted.

use chrono_tz::Tz;
use diesel_async::AsyncConnection;
use safelight_core::{
    jobs::schedule::move_schedules,
    settings::{store_time_zone, time_zone},
};
use serde::Serialize;

use super::wire::Zone;
use crate::http::reply::ok;
use crate::prelude::*;

/// The answer to both.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    /// A name of the IANA database.
    time_zone: &'static str,
}

impl View {
    fn of(zone: Tz) -> Self {
        Self { time_zone: zone.name() }
    }
}

/// `GET /fleet/time-zone`
pub(super) async fn get(state: Data<AppState>) -> Reply {
    let zone = time_zone(&mut *state.conn().await?).await?;
    Ok(ok(&View::of(zone)))
}

/// `PUT /fleet/time-zone`: every schedule is next due when its pattern first matches in the new zone.
pub(super) async fn put(state: Data<AppState>, body: Body<Zone>) -> Reply {
    let zone = body.0.0;
    let mut conn = state.conn().await?;
    conn.transaction::<_, ApiError, _>(async |conn| {
        store_time_zone(conn, zone).await?;
        move_schedules(conn, zone).await?;
        Ok(())
    })
    .await?;
    tracing::info!(zone = zone.name(), "the zone of the installation was changed");
    Ok(ok(&View::of(zone)))
}
