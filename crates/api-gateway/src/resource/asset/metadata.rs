//! Facts that clients attach to assets, by key.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    expression::SqlLiteral,
    prelude::*,
    sql_query,
    sql_types::{Array, Jsonb, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use safelight_core::db::{RowLock, again, lock_assets, schema::asset_metadata};
use serde::Serialize;
use serde_json::{Value, value::RawValue};
use uuid::Uuid;

use crate::prelude::*;
use crate::{
    access::{self},
    http::{
        reply::iso,
        validate::{Bound, Rule, list, name, object, record, shape, uuid},
    },
};

shape! {
    /// One fact.
    pub(super) struct Fact {
        key: String = "key", name();
        value: Value = "value", record().map(Value::Object);
    }

    /// Facts of one asset.
    pub(super) struct Facts(Vec<Fact> = "items", list(Bound::Items, object::<Fact>()));

    /// A fact of a named asset.
    struct Located {
        asset: Uuid = "assetId", uuid();
        fact: Fact;
    }

    /// Facts of several assets.
    pub(super) struct LocatedFacts(Vec<Located> = "items", list(Bound::Items, object::<Located>()));

    /// A fact of an asset, by name.
    struct Named {
        asset: Uuid = "assetId", uuid();
        key: String = "key", name();
    }

    /// Several of them.
    pub(super) struct AllNamed(Vec<Named> = "items", list(Bound::Items, object::<Named>()));

    /// `{id}` and `{key}` of a path.
    pub(super) struct IdAndKey {
        id: Uuid = "id", uuid();
        key: String = "key", name();
    }
}

#[derive(Queryable, QueryableByName)]
struct FactRow {
    #[diesel(sql_type = SqlUuid)]
    asset_id: Uuid,
    #[diesel(sql_type = Text)]
    key: String,
    /// As Postgres writes it: what was stored can always be given back.
    #[diesel(sql_type = Text)]
    value: String,
    #[diesel(sql_type = Timestamptz)]
    updated_at: DateTime<Utc>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FactView {
    #[serde(skip_serializing_if = "Option::is_none")]
    asset_id: Option<Uuid>,
    key: String,
    value: Box<RawValue>,
    updated_at: String,
}

impl FactView {
    fn new(row: FactRow, located: bool) -> Result<Self, ApiError> {
        Ok(Self {
            asset_id: located.then_some(row.asset_id),
            key: row.key,
            value: RawValue::from_string(row.value).map_err(ApiError::internal)?,
            updated_at: iso(row.updated_at),
        })
    }
}

/// `GET /assets/{id}/metadata`
pub(super) async fn list_all(id: Id, auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetRead, &[id.0]).await?;
    let rows: Vec<FactRow> = asset_metadata::table
        .filter(asset_metadata::asset_id.eq(id.0))
        .order(asset_metadata::key)
        .select(columns())
        .load(&mut conn)
        .await?;
    Ok(reply::ok(&views(rows, false)?))
}

/// `GET /assets/{id}/metadata/{key}`
pub(super) async fn get(path: Params<IdAndKey>, auth: Auth, state: Data<AppState>) -> Reply {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, &auth, Permission::AssetRead, &[path.id]).await?;
    let row: Option<FactRow> = asset_metadata::table
        .find((path.id, &path.key))
        .select(columns())
        .first(&mut conn)
        .await
        .optional()?;
    let row = row.ok_or_else(|| {
        let (key, id) = (&path.key, path.id);
        ApiError::bad(format!(
            "Metadata with key \"{key}\" not found for asset with id \"{id}\""
        ))
    })?;
    Ok(reply::ok(&FactView::new(row, false)?))
}

/// `PUT /assets/{id}/metadata`
pub(super) async fn put(id: Id, auth: Auth, body: Body<Facts>, state: Data<AppState>) -> Reply {
    let facts = body.0.0.into_iter();
    let located = facts.map(|fact| Located { asset: id.0, fact }).collect();
    Ok(reply::ok(&views(store(&auth, &state, &[id.0], located).await?, false)?))
}

/// `PUT /assets/metadata`
pub(super) async fn put_many(auth: Auth, body: Body<LocatedFacts>, state: Data<AppState>) -> Reply {
    let located = body.0.0;
    let ids: Vec<Uuid> = located.iter().map(|item| item.asset).collect();
    Ok(reply::ok(&views(store(&auth, &state, &ids, located).await?, true)?))
}

/// `DELETE /assets/{id}/metadata/{key}`
pub(super) async fn delete(path: Params<IdAndKey>, auth: Auth, state: Data<AppState>) -> Reply {
    let Params(IdAndKey { id, key }) = path;
    remove(&auth, &state, vec![Named { asset: id, key }]).await
}

/// `DELETE /assets/metadata`
pub(super) async fn delete_many(auth: Auth, body: Body<AllNamed>, state: Data<AppState>) -> Reply {
    remove(&auth, &state, body.0.0).await
}

/// Writes facts in one statement; of two for the same key the last wins.
const UPSERT: &str = "
insert into asset_metadata (asset_id, key, value)
select distinct on (asset_id, key) asset_id, key, value
from unnest($1, $2, $3) with ordinality given (asset_id, key, value, place)
order by asset_id, key, place desc
on conflict (asset_id, key) do update set value = excluded.value, updated_at = now()
returning asset_id, key, value::text as value, updated_at";

/// Writes facts, each with its asset, in one statement; the caller is in a transaction.
///
/// # Errors
/// The database.
async fn write_located(conn: &mut AsyncPgConnection, facts: &[(Uuid, &Fact)]) -> Result<Vec<FactRow>, ApiError> {
    let assets: Vec<Uuid> = facts.iter().map(|(asset, _)| *asset).collect();
    let keys: Vec<&str> = facts.iter().map(|(_, fact)| fact.key.as_str()).collect();
    let values: Vec<&Value> = facts.iter().map(|(_, fact)| &fact.value).collect();
    lock_assets(conn, &assets, RowLock::Change).await?;
    Ok(sql_query(UPSERT)
        .bind::<Array<SqlUuid>, _>(assets)
        .bind::<Array<Text>, _>(keys)
        .bind::<Array<Jsonb>, _>(values)
        .load(conn)
        .await?)
}

/// Writes the facts of one asset, in the caller's transaction.
///
/// # Errors
/// The database.
pub(super) async fn write(conn: &mut AsyncPgConnection, asset: Uuid, facts: &[Fact]) -> Result<(), ApiError> {
    if facts.is_empty() {
        return Ok(());
    }
    let located: Vec<_> = facts.iter().map(|fact| (asset, fact)).collect();
    write_located(conn, &located).await.map(drop)
}

async fn store(auth: &Auth, state: &AppState, ids: &[Uuid], facts: Vec<Located>) -> Result<Vec<FactRow>, ApiError> {
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, auth, Permission::AssetUpdate, ids).await?;
    let located: Vec<_> = facts.iter().map(|item| (item.asset, &item.fact)).collect();
    again(async || conn.transaction(async |conn| write_located(conn, &located).await).await).await
}

async fn remove(auth: &Auth, state: &AppState, named: Vec<Named>) -> Reply {
    let (assets, keys): (Vec<Uuid>, Vec<String>) = named.into_iter().map(|item| (item.asset, item.key)).unzip();
    let mut conn = state.conn().await?;
    access::asset::require(&mut conn, auth, Permission::AssetUpdate, &assets).await?;
    again(async || {
        conn.transaction::<_, ApiError, _>(async |conn| {
            lock_assets(conn, &assets, RowLock::Change).await?;
            let delete =
                sql_query("delete from asset_metadata where (asset_id, key) in (select * from unnest($1, $2))")
                    .bind::<Array<SqlUuid>, _>(&assets)
                    .bind::<Array<Text>, _>(&keys);
            Ok(delete.execute(conn).await?)
        })
        .await
    })
    .await?;
    Ok(reply::no_content())
}

/// The columns of a row, the value as its text.
fn columns() -> (
    asset_metadata::asset_id,
    asset_metadata::key,
    SqlLiteral<Text>,
    asset_metadata::updated_at,
) {
    (
        asset_metadata::asset_id,
        asset_metadata::key,
        sql("value::text"),
        asset_metadata::updated_at,
    )
}

fn views(rows: Vec<FactRow>, located: bool) -> Result<Vec<FactView>, ApiError> {
    rows.into_iter().map(|row| FactView::new(row, located)).collect()
}
