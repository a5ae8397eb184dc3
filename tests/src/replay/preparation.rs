//! The set-up calls that were made but not recorded.

use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::bindings::Bindings;
use super::record::Record;
use crate::client::Client;
use crate::system::TestSystem;
use crate::wait::wait_until_for;

/// The first upload: metadata extraction is paused before it, so that its first answers show an asset nobody looked at.
const FIRST_UPLOAD: u32 = 232;
/// The record that resumes it.
const RESUMED: u32 = 241;
/// How long the queues may take between two files of records: the helpers of workers give way to everything else that runs.
const PATIENCE: Duration = Duration::from_secs(120);

/// E-mail and password of the people whose logins were not recorded, by the placeholder of their token, and the record
/// before which they logged in.
const LOGINS: [(&str, &str, &str, u32); 2] = [
    ("admin.token3", "admin@example.com", "adminadmin1", 82),
    ("user3.token", "user3@example.com", "password33", 132),
];

/// Records that were made after the jobs before them were done.
const AFTER_JOBS: [u32; 4] = [354, 363, 918, 922];

/// The record before which an asset went to the trash once more, and the placeholder of that asset.
const TRASHED_AGAIN: (u32, &str) = (917, "asset.png.id");

/// What has been prepared so far.
#[derive(Default)]
pub(super) struct Preparation {
    file: String,
    /// The queues did not get idle once: something is stuck, and waiting again would only cost time.
    stuck: bool,
}

impl Preparation {
    /// Does what was done before `record`.
    pub(super) async fn before(&mut self, record: &Record, system: &TestSystem, bindings: &mut Bindings) -> Result<()> {
        let client = &system.client();
        for (placeholder, email, password, seq) in LOGINS {
            if record.seq == seq && !bindings.has(placeholder) {
                let body = json!({"email": email, "password": password});
                let answer = client.post("/api/auth/login", &body).await?;
                if let Ok(token) = answer.string("/accessToken") {
                    bindings.bind(placeholder, &token);
                    bindings.bind(&placeholder.replace("token", "id"), &answer.string("/userId")?);
                }
            }
        }
        let Some(token) = bindings.get("admin.token") else {
            return Ok(());
        };
        let admin = client.with_token(token)?;
        if record.seq == FIRST_UPLOAD {
            admin
                .put(
                    "/api/jobs/metadataExtraction",
                    &json!({"command": "pause", "force": false}),
                )
                .await?;
        }
        if record.seq == TRASHED_AGAIN.0
            && let Some(asset) = bindings.get(TRASHED_AGAIN.1)
        {
            admin.delete("/api/assets", Some(&json!({"ids": [asset]}))).await?;
        }
        let after_jobs = AFTER_JOBS.contains(&record.seq) || (record.file != self.file && record.seq > RESUMED);
        if after_jobs && !self.stuck {
            self.stuck = !settle(&admin).await;
        }
        self.file.clone_from(&record.file);
        Ok(())
    }
}

/// Waits until nothing is running, and tells whether that came true; if not, it shows in the records that follow.
async fn settle(admin: &Client) -> bool {
    let waited = wait_until_for(PATIENCE, "the queues are idle", || async {
        let answer = admin.get("/api/jobs").await?;
        let busy = if answer.status == 200 {
            crate::system::busy_queues(&answer.json()?)
        } else {
            Vec::new()
        };
        anyhow::ensure!(busy.is_empty(), "busy: {busy:?}");
        Ok(true)
    });
    if let Err(error) = &waited.await {
        eprintln!("{error:#}");
        return false;
    }
    true
}
