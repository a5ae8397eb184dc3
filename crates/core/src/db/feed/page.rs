//! Reading on from a checkpoint.

use diesel::sql_types::{Array, BigInt, Jsonb, Text, Uuid as SqlUuid};
use diesel::{QueryableByName, sql_query};
use diesel_async::{AsyncPgConnection, RunQueryDsl as _};
use serde_json::Value;
use uuid::Uuid;

use super::entity::Entity;
use super::position::{Checkpoint, Position, Window, Xid};
use crate::db::DbError;

/// A change, as a reader takes it in.
#[derive(Debug, Clone, PartialEq)]
pub enum Line {
    /// The row with these keys is gone.
    Gone(Value),
    /// The row as it is.
    Row(Value),
}

/// Some changes, in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// Each with the checkpoint of who has taken it in.
    pub lines: Vec<(Checkpoint, Line)>,
    /// The checkpoint behind the page, which may be further than that of its last line; none for a reader who has to begin anew,
    /// because deletions were forgotten that it has not seen, or the rows came from elsewhere.
    pub next: Option<Checkpoint>,
    /// Whether this was the last page of the window.
    pub is_last: bool,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    xid: Xid,
    #[diesel(sql_type = SqlUuid)]
    update_id: Uuid,
    #[diesel(sql_type = Jsonb)]
    body: Value,
}

impl Row {
    fn position(&self) -> Position {
        Position {
            xid: self.xid,
            id: self.update_id,
        }
    }
}

/// At most `limit` changes of the rows in `scopes` (ignored where everybody reads all), behind `from` and within `window`.
///
/// # Errors
/// When the database does not answer.
pub async fn page(
    conn: &mut AsyncPgConnection,
    entity: Entity,
    scopes: &[Uuid],
    from: Checkpoint,
    window: &Window,
    limit: usize,
) -> Result<Page, DbError> {
    if !window.covers(&from) {
        return Ok(Page::default());
    }
    let (mut at, mut lines, end) = (from, Vec::new(), Position::before(window.until));
    if !entity.keys.is_empty() && at.gone < end {
        let gone = read(conn, &gone(entity), scopes, at.gone, end, limit).await?;
        let is_full = gone.len() == limit;
        lines.extend(gone.into_iter().map(|row| {
            at.gone = row.position();
            (at, Line::Gone(row.body))
        }));
        if is_full {
            return Ok(Page {
                lines,
                next: Some(at),
                is_last: false,
            });
        }
    }
    at.gone = at.gone.max(end);
    let room = limit - lines.len();
    let rows = read(conn, &changed(entity), scopes, at.changed, end, room).await?;
    let is_last = rows.len() < room;
    lines.extend(rows.into_iter().map(|row| {
        at.changed = row.position();
        (at, Line::Row(row.body))
    }));
    if is_last {
        at.changed = at.changed.max(end);
    }
    Ok(Page {
        lines,
        next: Some(at),
        is_last,
    })
}

async fn read(
    conn: &mut AsyncPgConnection,
    statement: &str,
    scopes: &[Uuid],
    after: Position,
    before: Position,
    limit: usize,
) -> Result<Vec<Row>, DbError> {
    let query = sql_query(statement)
        .bind::<Array<SqlUuid>, _>(scopes)
        .bind::<Text, _>(after.xid.to_string())
        .bind::<SqlUuid, _>(after.id)
        .bind::<Text, _>(before.xid.to_string())
        .bind::<BigInt, _>(i64::try_from(limit).unwrap_or(i64::MAX));
    Ok(query.load(conn).await?)
}

/// The statement for deletions.
fn gone(entity: Entity) -> String {
    let keys = entity.keys.iter().map(|key| format!("'{key}', t.{key}"));
    let body = format!("jsonb_build_object({})", keys.collect::<Vec<_>>().join(", "));
    statement(entity, &format!("{}_audit", entity.table), "t.update_id", &body)
}

/// The statement for rows.
fn changed(entity: Entity) -> String {
    // The expression of the index, word for word.
    let id = format!("coalesce(update_id, {})", entity.id);
    statement(entity, entity.table, &id, "to_jsonb(t) - 'update_id' - 'changed_xid'")
}

/// Each scope is read by its index up to the limit, and the first of all of them are the answer.
fn statement(entity: Entity, table: &str, id: &str, body: &str) -> String {
    let (scopes, own) = match entity.scope {
        Some(column) => ("unnest($1)", format!("t.{column} = scopes.scope and ")),
        None => ("(values ($1)) scopes (scope),", String::new()),
    };
    let scopes = match entity.scope {
        Some(_) => format!("{scopes} scopes (scope) cross join lateral"),
        None => format!("{scopes} lateral"),
    };
    format!(
        "select changed_xid::text as xid, update_id, body from {scopes} (\
            select changed_xid, {id} as update_id, {body} as body from \"{table}\" t \
            where {own}(changed_xid, {id}) > ($2::xid8, $3) and changed_xid < $4::xid8 \
            order by changed_xid, {id} limit $5) page \
         order by page.changed_xid, page.update_id limit $5"
    )
}
