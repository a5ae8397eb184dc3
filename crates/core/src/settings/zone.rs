//! The zone in which the nights of an installation are counted: one for all nodes, wherever they stand.
//!
//! The document of settings has no field for it, so it is a row of its own. The first worker writes the zone of its own
//! environment; from then on the row decides, and only an admin changes it.

use chrono_tz::Tz;

use diesel::{ExpressionMethods as _, OptionalExtension as _, QueryDsl as _};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};

use crate::db::DbError;
use crate::db::schema::system_metadata;

/// The row's key.
const KEY: &str = "time-zone";

/// The zone in force; UTC while nobody has written one.
///
/// # Errors
/// When the database does not answer.
pub async fn time_zone(conn: &mut AsyncPgConnection) -> Result<Tz, DbError> {
    Ok(stored(conn).await?.unwrap_or(Tz::UTC))
}

/// The zone in force, which is `own` where nobody has written one yet.
///
/// # Errors
/// When the database does not answer.
pub async fn adopt_time_zone(conn: &mut AsyncPgConnection, own: Tz) -> Result<Tz, DbError> {
    diesel::insert_into(system_metadata::table)
        .values((system_metadata::key.eq(KEY), system_metadata::value.eq(json(own))))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(stored(conn).await?.unwrap_or(own))
}

/// Puts a zone in force. The caller moves the schedules in the same transaction.
///
/// # Errors
/// When the database does not answer.
pub async fn store_time_zone(conn: &mut AsyncPgConnection, zone: Tz) -> Result<(), DbError> {
    diesel::insert_into(system_metadata::table)
        .values((system_metadata::key.eq(KEY), system_metadata::value.eq(json(zone))))
        .on_conflict(system_metadata::key)
        .do_update()
        .set(system_metadata::value.eq(json(zone)))
        .execute(conn)
        .await?;
    Ok(())
}

async fn stored(conn: &mut AsyncPgConnection) -> Result<Option<Tz>, DbError> {
    let value: Option<serde_json::Value> = system_metadata::table
        .find(KEY)
        .select(system_metadata::value)
        .first(conn)
        .await
        .optional()?;
    Ok(value
        .as_ref()
        .and_then(serde_json::Value::as_str)
        .and_then(|name| name.parse().ok()))
}

fn json(zone: Tz) -> serde_json::Value {
    zone.name().into()
}
