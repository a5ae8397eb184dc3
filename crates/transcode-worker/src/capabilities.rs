//! What this machine can encode, asked of a child: a broken driver must never hang the worker.

use std::time::Duration;

use anyhow::{Context as _, bail};
use safelight_core::child::{ChildSpec, describe_exit};
use safelight_video::Encoder;

/// The hidden mode of this program in which it is its own child.
pub(crate) const MODE: &str = "list-encoders";

/// The first run after an installation loads every plugin once.
const DEADLINE: Duration = Duration::from_secs(60);

/// The most a list may have, in bytes.
const LONGEST_LIST: usize = 1 << 20;

/// The capabilities of this node; none, and a warning, where they cannot be found out.
pub(crate) async fn find() -> Vec<String> {
    match ask().await {
        Ok(encoders) => {
            for encoder in &encoders {
                tracing::info!(
                    encoder.element = encoder.element,
                    encoder.codec = %encoder.codec,
                    encoder.hardware = encoder.is_hardware,
                    "found an encoder"
                );
            }
            encoders.iter().map(Encoder::capability).collect()
        }
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "cannot find out what this machine can encode"
            );
            Vec::new()
        }
    }
}

async fn ask() -> anyhow::Result<Vec<Encoder>> {
    let program = std::env::current_exe().context("cannot find this program")?;
    let output = ChildSpec::new(program)
        .arg(MODE)
        .life_pipe()
        .output(DEADLINE, LONGEST_LIST)
        .await?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!(
            "the list of encoders {}: {}",
            describe_exit(output.status),
            complaint.trim()
        );
    }
    serde_json::from_slice(&output.stdout).context("the list of encoders is not JSON")
}
