//! A reader: it follows the feed page by page and keeps a copy of what it was told.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result, ensure};
use diesel_async::AsyncPgConnection;
use safelight_core::db::feed::{self, Checkpoint, Entity, Line, Position, page, window};
use serde_json::Value;
use tokio_postgres::Client;
use uuid::Uuid;

/// What is followed, with the columns that a row is known by.
const FOLLOWED: [(Entity, &[&str]); 8] = [
    (feed::USER, &["id"]),
    (feed::USER_METADATA, &["user_id", "key"]),
    (feed::ASSET, &["id"]),
    (feed::ASSET_EXIF, &["asset_id"]),
    (feed::ASSET_METADATA, &["asset_id", "key"]),
    (feed::ALBUM, &["id"]),
    (feed::ALBUM_USER, &["album_id", "user_id"]),
    (feed::ALBUM_ASSET, &["album_id", "asset_id"]),
];

type Copy = BTreeMap<Vec<String>, Value>;

/// A reader with what it knows.
pub(super) struct Mirror {
    conn: AsyncPgConnection,
    /// Its page.
    limit: usize,
    /// Its people and albums.
    scopes: Vec<Uuid>,
    checkpoints: BTreeMap<&'static str, Checkpoint>,
    rows: BTreeMap<&'static str, Copy>,
    seen: BTreeSet<(&'static str, bool, Position)>,
    /// How often it had to begin anew.
    pub(super) resets: usize,
}

impl Mirror {
    pub(super) fn new(conn: AsyncPgConnection, limit: usize, scopes: &[Uuid]) -> Self {
        Self {
            conn,
            limit,
            scopes: scopes.to_vec(),
            checkpoints: BTreeMap::new(),
            rows: BTreeMap::new(),
            seen: BTreeSet::new(),
            resets: 0,
        }
    }

    /// From now on it reads elsewhere.
    pub(super) fn moves_to(&mut self, conn: AsyncPgConnection) {
        self.conn = conn;
    }

    /// Reads everything up to now, in a window for each page.
    pub(super) async fn follow(&mut self) -> Result<()> {
        for (entity, keys) in FOLLOWED {
            while !self.step(entity, keys).await? {}
        }
        Ok(())
    }

    /// Reads one page; says whether it was the last.
    async fn step(&mut self, entity: Entity, keys: &[&str]) -> Result<bool> {
        let window = window(&mut self.conn).await?;
        let from = *self
            .checkpoints
            .entry(entity.table)
            .or_insert(Checkpoint::fresh(&window));
        let page = page(&mut self.conn, entity, &self.scopes, from, &window, self.limit).await?;
        let Some(next) = page.next else {
            self.checkpoints.remove(entity.table);
            self.rows.remove(entity.table);
            self.seen.clear();
            self.resets += 1;
            return Ok(false);
        };
        ensure!(page.lines.len() <= self.limit, "a page is longer than it may be");
        let rows = self.rows.entry(entity.table).or_default();
        for (checkpoint, line) in page.lines {
            let is_gone = matches!(line, Line::Gone(_));
            let position = if is_gone { checkpoint.gone } else { checkpoint.changed };
            ensure!(
                self.seen.insert((entity.table, is_gone, position)),
                "a change of {} came twice: {position:?}",
                entity.table
            );
            match line {
                Line::Gone(gone) => rows.remove(&key(&gone, keys)?),
                Line::Row(row) => rows.insert(key(&row, keys)?, row),
            };
        }
        // A reader may be stopped behind each line or behind the page.
        self.checkpoints.insert(entity.table, next);
        Ok(page.is_last)
    }

    /// Compares the copy with the tables, at a moment when nobody writes.
    pub(super) async fn compare(&self, sql: &Client) -> Result<()> {
        for (entity, keys) in FOLLOWED {
            let mut told = self.rows.get(entity.table).cloned().unwrap_or_default();
            if entity.keys.is_empty() {
                // These go with their assets.
                let assets = self.rows.get(feed::ASSET.table).cloned().unwrap_or_default();
                told.retain(|key, _| assets.contains_key(key));
            }
            let own = entity.scope.map_or("true or $1::uuid[] is null".to_owned(), |scope| {
                format!("{scope} = any ($1)")
            });
            let query = format!(
                "select to_jsonb(t) - 'update_id' - 'changed_xid' from \"{}\" t where {own}",
                entity.table
            );
            let there = there(sql, &query, &self.scopes, keys).await?;
            for (key, row) in &there {
                ensure!(
                    told.get(key) == Some(row),
                    "{} {key:?}: told {:?}, is {row}",
                    entity.table,
                    told.get(key)
                );
            }
            let more: Vec<_> = told.keys().filter(|key| !there.contains_key(*key)).collect();
            ensure!(more.is_empty(), "{}: these are gone: {more:?}", entity.table);
        }
        Ok(())
    }

    /// How many rows of a table it knows.
    pub(super) fn count(&self, entity: Entity) -> usize {
        self.rows.get(entity.table).map_or(0, BTreeMap::len)
    }
}

async fn there(sql: &Client, query: &str, scopes: &[Uuid], keys: &[&str]) -> Result<Copy> {
    let scopes: Vec<String> = scopes.iter().map(Uuid::to_string).collect();
    let text = query
        .replace("$1::uuid[]", "$1::text[]")
        .replace("any ($1)", "any ($1::text[]::uuid[])");
    let text = format!("select body::text from ({text}) found (body)");
    let rows = sql.query(&text, &[&scopes]).await?;
    let rows = rows.iter().map(|row| {
        let row: Value = serde_json::from_str(row.get(0))?;
        Ok((key(&row, keys)?, row))
    });
    rows.collect()
}

fn key(row: &Value, keys: &[&str]) -> Result<Vec<String>> {
    let part = |key: &&str| {
        row.get(*key)
            .and_then(Value::as_str)
            .map(str::to_owned)
            .with_context(|| format!("no {key} in {row}"))
    };
    keys.iter().map(part).collect()
}
