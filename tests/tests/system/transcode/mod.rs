//! From an uploaded video to one that every browser plays; what comes out is judged by ffmpeg, which has no part in it.

mod abilities;
mod cases;
mod dolby;
mod drift;
mod faults;
mod films;
mod judge;
mod kinds;
mod leftovers;
mod long;
mod odd;
mod orders;
mod policies;
mod rows;
mod spheres;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use safelight_tests::client::NewUpload;
use safelight_tests::media::{files_of_store, film, unique};
use safelight_tests::{Client, Kind, TestSystem, wait_until_for};

/// How long a video may take on a busy machine.
const LONG: Duration = Duration::from_secs(180);

/// Lays a clip on its side by a note in its header, as phones do.
fn turn(path: &Path) -> Result<()> {
    let straight = path.to_str().context("a name in UTF-8")?;
    let note = ["-i", straight, "-c", "copy", "-metadata:s:v:0", "rotate=90"];
    Ok(std::fs::write(path, film("turned.mov", &note)?)?)
}

/// A system with all workers that a video needs.
struct House {
    system: TestSystem,
    admin: Client,
    sql: tokio_postgres::Client,
}

impl House {
    async fn open(transcoders: usize, env: &[(&str, &str)]) -> Result<Self> {
        let workers: Vec<Kind> = std::iter::repeat_n(Kind::TranscodeWorker, transcoders).collect();
        let mut builder = TestSystem::builder().photo_workers().workers(&workers);
        for (name, value) in env {
            builder = builder.env(name, value);
        }
        let system = builder.start().await?;
        let admin = system.client().sign_up_admin().await?;
        let sql = system.sql().await?;
        Ok(Self { system, admin, sql })
    }

    /// A moving test picture of that size, as long as said, with a tone if wanted, encoded as the last arguments say; in the
    /// folder of this system.
    fn clip(&self, name: &str, size: &str, seconds: u32, has_tone: bool, encoding: &[&str]) -> Result<PathBuf> {
        // An opacity of its own, so that no two clips are the same file.
        let opacity = 55 + unique() % 200;
        let picture = format!("testsrc2=size={size}:rate=25:duration={seconds}:alpha={opacity}");
        let tone = format!("sine=frequency=440:duration={seconds}");
        let mut arguments = vec!["-f", "lavfi", "-i", picture.as_str()];
        if has_tone {
            arguments.extend(["-f", "lavfi", "-i", tone.as_str()]);
        }
        arguments.extend(encoding);
        let path = self.system.folder().join(name);
        std::fs::write(&path, film(name, &arguments)?)?;
        Ok(path)
    }

    async fn upload(&self, path: &Path) -> Result<String> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let file = NewUpload::new(name, std::fs::read(path)?);
        Ok(self.admin.upload(&file).await?.id)
    }

    /// The file that is played instead of the original, if there is one.
    async fn encoded(&self, asset: &str) -> Result<Option<PathBuf>> {
        let query = format!("select path from asset_file where asset_id = '{asset}' and type = 'encoded_video'");
        let row = self.sql.query_opt(&query, &[]).await?;
        Ok(row.map(|row| PathBuf::from(row.get::<_, String>(0))))
    }

    /// Waits until nothing waits or runs.
    async fn idle(&self) -> Result<()> {
        self.system.queues_idle(&self.admin, LONG).await
    }

    /// The one value of a query that casts it to text.
    async fn text(&self, query: &str) -> Result<String> {
        let row = self.sql.query_one(query, &[]).await.with_context(|| query.to_owned())?;
        Ok(row.get::<_, Option<String>>(0).unwrap_or_default())
    }

    /// Waits until a query that casts to text answers something that `is_it` likes.
    async fn until(&self, what: &str, query: &str, is_it: impl Fn(&str) -> bool) -> Result<()> {
        wait_until_for(LONG, what, async || {
            let text = self.text(query).await?;
            anyhow::ensure!(is_it(&text), "{text}");
            Ok(true)
        })
        .await
    }

    /// Every file below `encoded-video`, but for markers.
    fn made(&self) -> Vec<PathBuf> {
        files_of_store(&self.system.media().join("encoded-video"))
    }
}
