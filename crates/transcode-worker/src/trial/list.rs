use std::time::Duration;

use anyhow::{Context as _, bail};
use safelight_core::child::describe_exit;
use safelight_video::{Coder, VideoHelper};

use super::Known;
use super::child::LIST;

/// The first run after an installation loads every plugin once.
const DEADLINE: Duration = Duration::from_secs(60);

/// The most a list may have, in bytes.
const LONGEST_LIST: usize = 1 << 20;

/// What is installed here; where that cannot be found out, a warning is logged and everything is believed to work.
pub async fn list(helper: &VideoHelper) -> (Known, Vec<Coder>) {
    match ask(helper).await {
        Ok(coders) => (Known::listed(coders.iter().cloned()), coders),
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "cannot find out what this machine can encode"
            );
            (Known::default(), Vec::new())
        }
    }
}

async fn ask(helper: &VideoHelper) -> anyhow::Result<Vec<Coder>> {
    let output = helper.child(LIST).await.output(DEADLINE, LONGEST_LIST).await?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!(
            "the list of encoders {}: {}",
            describe_exit(output.status),
            complaint.trim()
        );
    }
    let answer: Result<Vec<Coder>, String> =
        serde_json::from_slice(&output.stdout).context("the list of encoders is not JSON")?;
    answer.map_err(anyhow::Error::msg)
}
