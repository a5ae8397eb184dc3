use std::sync::Arc;

use crate::db::DbError;
use crate::fleet;
use crate::jobs::Announcement;
use crate::jobs::engine::{Engine, keep_trying};

/// With this, a node says what it has found out about itself after it began to work.
#[derive(Clone)]
pub struct Announcer {
    engine: Arc<Engine>,
}

impl Announcer {
    pub(super) const fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Changes what is known, and tells the fleet. Jobs that it can do from now on are looked for at once.
    ///
    /// # Errors
    /// The database refuses; the node itself knows, and its row follows when it registers anew.
    pub async fn announce(&self, change: impl FnOnce(&mut Announcement)) -> Result<(), DbError> {
        let parts = self.engine.parts();
        parts.abilities.change(change);
        let said = parts.abilities.current();
        for (_, control) in self.engine.queues() {
            control.ring();
        }
        keep_trying(|| async {
            let mut conn = parts.pool.get().await?;
            fleet::announce(&mut conn, parts.boot, &said).await
        })
        .await
    }
}
