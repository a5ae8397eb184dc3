//! Finished answers, kept in memory for as long as nothing they show has changed.
//!
//! An answer is kept with the snapshot of the database under which it was made. The log of what was touched (migration
//! `touched`) has a line for whatever a transaction changed of somebody's assets; an answer holds while there is no line of
//! its owner that its snapshot did not see. That is one look-up in one index, for every request: so a gateway that was halted, or
//! knows nothing of what others write, tells nothing old, and no message is needed. Where months were touched, only these are
//! made anew, under one snapshot with the look-up.
//!
//! Nothing about rights is kept: who asks is found out before, and the key of an answer names its owner. What is
//! locked is never kept.

mod check;
mod entry;
mod store;
mod turns;

use std::{collections::BTreeMap, sync::Arc};

use actix_web::{HttpRequest, HttpResponse};
use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use safelight_core::config::{ConfigError, Env};
use uuid::Uuid;

use crate::{
    door::{Connection, Door},
    http::{error::ApiError, reply::Reply},
};

use check::{Stamp, check, now};
use entry::Entry;
use store::Store;
use turns::Turns;

/// Bytes of all answers, where nothing else is said.
const BYTES: u64 = 48 * 1024 * 1024;

/// `SAFELIGHT_ANSWER_CACHE`: bytes of all finished answers that a gateway keeps (48 MiB); none for 0.
///
/// # Errors
/// What is not a number of bytes.
pub(crate) fn bytes_from_env(env: &Env) -> Result<usize, ConfigError> {
    let bytes = env.bytes("SAFELIGHT_ANSWER_CACHE")?.unwrap_or(BYTES);
    Ok(usize::try_from(bytes).unwrap_or(usize::MAX))
}

/// What of an answer is touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Touched {
    /// These months.
    Months(Vec<NaiveDate>),
    /// Nobody knows: all of it.
    All,
}

/// By which time of an asset the months of an answer go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Calendar {
    /// When it was taken, by the clock of that place.
    Taken,
    /// When it was added.
    Added,
}

/// An answer as it was made.
#[derive(Debug, Default)]
pub(crate) struct Made {
    /// JSON.
    pub(crate) body: String,
    /// What it was made from, for who makes the next one from it.
    pub(crate) months: BTreeMap<NaiveDate, i64>,
}

/// From what an answer is made anew: its months as they were, and which of them were touched.
pub(crate) type Before<'a> = (&'a BTreeMap<NaiveDate, i64>, &'a [NaiveDate]);

/// An answer that may be kept.
pub(crate) trait Source: Send + Sync {
    /// What it is called; two that differ in anything have two names.
    fn name(&self) -> String;

    /// Whose assets it shows.
    fn owner(&self) -> Uuid;

    /// By which time it has months.
    fn calendar(&self) -> Calendar;

    /// Whether that makes it another answer.
    fn is_touched(&self, touched: &Touched) -> bool;

    /// Makes it, from what it was before where not all of it was touched.
    fn make(
        &self,
        conn: &mut AsyncPgConnection,
        before: Option<Before<'_>>,
    ) -> impl Future<Output = Result<Made, ApiError>> + Send;
}

/// The answers that are kept. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Answers {
    store: Arc<Store>,
    turns: Turns,
}

impl Answers {
    /// Keeps so many bytes at the most.
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            store: Arc::new(Store::new(bytes)),
            turns: Turns::default(),
        }
    }

    /// Answers with what is kept if it holds, else with what is made anew. Of those who ask for the same, one makes it.
    ///
    /// # Errors
    /// Those of the source, and of the database.
    pub(crate) async fn answer(
        &self,
        door: &Door,
        mut conn: Connection,
        request: &HttpRequest,
        source: &impl Source,
    ) -> Reply {
        let name = source.name();
        if let Some(entry) = self.valid(&mut conn, &name, source).await? {
            drop(conn);
            return Ok(self.reply(&name, &entry, request).await);
        }
        // A connection is not kept by who waits.
        drop(conn);
        let turn = self.turns.of(&name).await;
        let mut conn = door.get().await?;
        let entry = match self.valid(&mut conn, &name, source).await? {
            Some(entry) => entry,
            None => self.make(&mut conn, &name, source).await?,
        };
        drop((turn, conn));
        Ok(self.reply(&name, &entry, request).await)
    }

    /// The answer that is kept, if it holds.
    async fn valid(
        &self,
        conn: &mut AsyncPgConnection,
        name: &str,
        source: &impl Source,
    ) -> Result<Option<Arc<Entry>>, ApiError> {
        let Some(entry) = self.store.get(name) else {
            return Ok(None);
        };
        let (touched, stamp) = check(conn, &entry.stamp(), source.owner(), source.calendar()).await?;
        if touched.is_some_and(|touched| source.is_touched(&touched)) {
            return Ok(None);
        }
        entry.holds_at(stamp);
        Ok(Some(entry))
    }

    async fn make(
        &self,
        conn: &mut AsyncPgConnection,
        name: &str,
        source: &impl Source,
    ) -> Result<Arc<Entry>, ApiError> {
        let known = self.store.get(name);
        // Everything is of one moment: the look-up, and what is counted for it.
        let mut transaction = conn.build_transaction().repeatable_read().read_only();
        let (made, stamp) = transaction
            .run(async |conn| make(conn, known.as_deref(), source).await)
            .await?;
        let entry = Arc::new(Entry::new(made, stamp));
        self.store.put(name, &entry);
        Ok(entry)
    }

    async fn reply(&self, name: &str, entry: &Arc<Entry>, request: &HttpRequest) -> HttpResponse {
        let (response, has_grown) = entry.reply(request).await;
        if has_grown {
            self.store.put(name, entry);
        }
        response
    }
}

async fn make(
    conn: &mut AsyncPgConnection,
    known: Option<&Entry>,
    source: &impl Source,
) -> Result<(Made, Stamp), ApiError> {
    let Some(known) = known else {
        let stamp = now(conn).await?;
        return Ok((source.make(conn, None).await?, stamp));
    };
    let (touched, stamp) = check(conn, &known.stamp(), source.owner(), source.calendar()).await?;
    let before = match &touched {
        None => Some((known.months(), [].as_slice())),
        Some(Touched::Months(months)) => Some((known.months(), months.as_slice())),
        Some(Touched::All) => None,
    };
    Ok((source.make(conn, before).await?, stamp))
}
