//! What must be true when all is quiet again, whatever has happened. Each check gives one line for each thing that is not.

mod derived;
mod effects;
mod facts;
mod files;
mod parked;
mod uploads;

use anyhow::Result;

use super::load::Uploads;
use super::stage::Stage;
use facts::Facts;

/// What the checks looked at, and what they found.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// What was looked at, and how many of it.
    pub(super) looked_at: Vec<(&'static str, usize)>,
    /// What is not as it should be.
    pub(super) violations: Vec<String>,
}

impl Checked {
    fn count(&mut self, what: &'static str, count: usize) {
        self.looked_at.push((what, count));
    }

    fn broken(&mut self, what: String) {
        self.violations.push(what);
    }
}

/// Checks everything.
///
/// # Errors
/// When the database or the disk cannot be read.
pub(super) async fn check(stage: &Stage, uploads: &Uploads) -> Result<Checked> {
    let facts = Facts::read(stage).await?;
    let acknowledged = uploads.acknowledged.clone();
    let work = tokio::task::spawn_blocking(move || {
        let mut checked = Checked::default();
        uploads::check(&facts, &acknowledged, &mut checked);
        derived::check(&facts, &acknowledged, &mut checked);
        parked::check(&facts, &acknowledged, &mut checked);
        effects::check(&facts, &acknowledged, &mut checked);
        files::check(&facts, &mut checked);
        checked
    });
    Ok(work.await?)
}
