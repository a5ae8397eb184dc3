use std::{path::PathBuf, time::Duration};

use diesel::{
    QueryableByName, sql_query,
    sql_types::{Array, Text},
};
use diesel_async::RunQueryDsl;
use safelight_core::{
    db::DbError,
    media::{
        MediaError,
        intents::{self, Owner},
    },
};

use crate::state::AppState;

/// How often the removal of an upload's files is tried before it is left to the sweep after this process.
const TRIES: u32 = 12;

/// The files that an upload has said it would write. Unless they are published, they are removed with their intents:
/// in order by [`Claims::release`], or behind the back of a request that was dropped.
pub(crate) struct Claims {
    state: AppState,
    paths: Vec<PathBuf>,
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Text)]
    path: String,
}

impl Claims {
    /// None yet.
    pub(crate) fn new(state: AppState) -> Self {
        Self {
            state,
            paths: Vec::new(),
        }
    }

    /// The files claimed so far.
    pub(crate) fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Declares a file before its first byte.
    pub(crate) async fn declare(&mut self, path: PathBuf) -> Result<(), DbError> {
        let mut conn = self.state.conn().await?;
        self.paths.push(path.clone());
        intents::declare(&mut conn, &path, Owner::Boot(self.state.boot)).await
    }

    /// The rows that name the files are committed, and the intents are gone with that.
    pub(crate) fn published(mut self) {
        self.paths.clear();
    }

    /// Removes the files and their intents.
    pub(crate) async fn release(mut self) {
        let paths = std::mem::take(&mut self.paths);
        if paths.is_empty() {
            return;
        }
        if let Err(error) = release(&self.state, &paths).await {
            tracing::warn!(error = %error, "the files of an upload are removed later");
            tokio::spawn(release_later(self.state.clone(), paths));
        }
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        let paths = std::mem::take(&mut self.paths);
        if !paths.is_empty() && tokio::runtime::Handle::try_current().is_ok() {
            tokio::spawn(release_later(self.state.clone(), paths));
        }
    }
}

/// Tries until it works, for some minutes.
async fn release_later(state: AppState, paths: Vec<PathBuf>) {
    for attempt in 0..TRIES {
        match release(&state, &paths).await {
            Ok(()) => return,
            Err(error) => tracing::warn!(error = %error, attempt, "the files of an upload could not be removed yet"),
        }
        tokio::time::sleep(Duration::from_secs(1 << attempt.min(6))).await;
    }
}

/// Why files could not be removed.
#[derive(Debug, thiserror::Error)]
enum ReleaseError {
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Media(#[from] MediaError),
}

impl From<diesel::result::Error> for ReleaseError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Db(error.into())
    }
}

/// Deletes those files whose intent is still there, then the intents. An intent that is gone was cleared by the
/// transaction that published its file, even if this process never heard of its success: then the file stays. The locks wait
/// for such a transaction to end. Files are deleted without a connection in hand.
async fn release(state: &AppState, paths: &[PathBuf]) -> Result<(), ReleaseError> {
    let texts: Vec<String> = paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let held: Vec<Held> = sql_query("select path from file_intent where path = any($1) order by path for update")
        .bind::<Array<Text>, _>(texts)
        .load(&mut state.conn().await?)
        .await?;
    let held: Vec<String> = held.into_iter().map(|row| row.path).collect();
    for path in &held {
        state.media.delete(path.as_ref()).await?;
    }
    sql_query("delete from file_intent where path = any($1)")
        .bind::<Array<Text>, _>(held)
        .execute(&mut state.conn().await?)
        .await?;
    Ok(())
}
