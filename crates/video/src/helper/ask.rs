//! The worker's side.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use safelight_core::child::{ChildSpec, Output, describe_exit, handed};
use safelight_core::settings::ToneMapping;
use serde::de::DeserializeOwned;

use super::plugins::Plugins;
use super::{MODE, Order};
use crate::error::{Refusal, VideoError};
use crate::frame::Frame;
use crate::limits::VideoLimits;
use crate::traits::MediaTraits;

/// The most an answer in words may have, in bytes.
const LONGEST_WORDS: usize = 1 << 20;

/// The way to the helper; cheap to clone.
#[derive(Debug, Clone)]
pub struct VideoHelper {
    program: PathBuf,
    limits: VideoLimits,
    plugins: Plugins,
}

impl VideoHelper {
    /// This very program, whose `main` starts with [`run_helper`](super::run_helper).
    ///
    /// # Errors
    /// The program's own file cannot be found.
    pub fn of_this_program(limits: VideoLimits) -> std::io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            limits,
            plugins: Plugins::new(),
        })
    }

    /// What is in a file.
    ///
    /// # Errors
    /// See [`VideoError`]; [`VideoError::can_heal`] tells whether to try again.
    pub async fn probe(&self, file: &Arc<File>) -> Result<MediaTraits, VideoError> {
        let spec = self.look_at(file, Order::Probe).await;
        answer(&run(spec, self.limits.probe, LONGEST_WORDS).await?.stdout)
    }

    /// One picture that stands for a video of at most so many pixels.
    ///
    /// # Errors
    /// See [`VideoError`]; [`VideoError::can_heal`] tells whether to try again.
    pub async fn frame(&self, file: &Arc<File>, tonemap: ToneMapping, most_pixels: u64) -> Result<Frame, VideoError> {
        let garbled = |error: &dyn std::fmt::Display| VideoError::Garbled(error.to_string());
        let operator = serde_json::to_string(&tonemap).map_err(|error| garbled(&error))?;
        let spec = self.look_at(file, Order::Frame).await;
        let spec = spec.arg(operator).arg(most_pixels.to_string());
        let longest = usize::try_from(most_pixels.saturating_mul(3)).unwrap_or(usize::MAX);
        let output = run(spec, self.limits.frame, longest.saturating_add(LONGEST_WORDS)).await?;
        Ok(Frame::read(output.stdout).map_err(|error| garbled(&error))??)
    }

    async fn look_at(&self, file: &Arc<File>, order: Order) -> ChildSpec {
        let spec = self.child(MODE).await.memory_limit(self.limits.memory);
        spec.arg(order.as_str())
            .arg(handed(file))
            .arg(self.limits.read_through.to_string())
            .hand(file)
    }

    /// This program as a child in a hidden mode of its own, with all that `GStreamer` needs and no bounds yet. The child closes its doors by
    /// [`sandbox`](crate::sandbox).
    pub async fn child(&self, mode: &str) -> ChildSpec {
        self.plugins.see_to(self.spec(MODE).arg(Order::Plugins.as_str())).await;
        // Looking through all plugins again would take longer than most files do.
        self.plugins.name_to(self.spec(mode)).env("GST_REGISTRY_UPDATE", "no")
    }

    fn spec(&self, mode: &str) -> ChildSpec {
        ChildSpec::new(&self.program)
            .arg(mode)
            .life_pipe()
            // Every thread of a decoder would reserve an arena of its own, and the limit counts what is reserved.
            .env("MALLOC_ARENA_MAX", "4")
    }
}

/// Runs a helper to its end.
async fn run(spec: ChildSpec, deadline: Duration, limit: usize) -> Result<Output, VideoError> {
    let output = spec.output(deadline, limit).await?;
    if output.status.success() {
        return Ok(output);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let complaint = said.lines().rev().map(str::trim).find(|line| !line.is_empty());
    Err(VideoError::Crashed {
        how: describe_exit(output.status),
        complaint: complaint.unwrap_or_default().to_owned(),
    })
}

fn answer<A: DeserializeOwned>(said: &[u8]) -> Result<A, VideoError> {
    let answer: Result<A, Refusal> =
        serde_json::from_slice(said).map_err(|error| VideoError::Garbled(error.to_string()))?;
    Ok(answer?)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::*;

    /// A helper that is a script, which is done when it is asked for the list of plugins.
    fn script(folder: &Path, text: &str) -> VideoHelper {
        let program = folder.join("helper");
        let text = format!("#!/bin/sh\n[ \"$2\" = plugins ] && exec touch \"$GST_REGISTRY\"\n{text}\n");
        std::fs::write(&program, text).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
        VideoHelper {
            program,
            limits: VideoLimits {
                probe: Duration::from_millis(500),
                ..VideoLimits::default()
            },
            plugins: Plugins::at(Some(folder.join("registry.bin"))),
        }
    }

    async fn asked(text: &str) -> Result<MediaTraits, VideoError> {
        let folder = tempfile::tempdir().unwrap();
        let film = folder.path().join("film");
        std::fs::write(&film, "a film").unwrap();
        let film = Arc::new(File::open(&film).unwrap());
        script(folder.path(), text).probe(&film).await
    }

    #[tokio::test]
    async fn the_order_is_in_the_arguments_and_the_answer_in_the_output() {
        let text = r#"
[ "$1 $2" = "video-helper probe" ] && [ "$(cat "$3")" = "a film" ] && [ -e "$GST_REGISTRY" ] && echo '{"Err":"NoVideo"}'"#;
        let error = asked(text).await.unwrap_err();
        assert!(matches!(error, VideoError::Refused(Refusal::NoVideo)), "{error}");
    }

    #[tokio::test]
    async fn a_crash_names_the_signal_and_the_last_words() {
        let error = asked("echo first >&2; echo last words >&2; kill -SEGV $$")
            .await
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "the decoder of this video was killed by signal 11 (segmentation fault): last words"
        );
        assert!(error.can_heal());
    }

    #[tokio::test]
    async fn a_hang_ends_at_the_deadline_and_is_the_fault_of_the_file() {
        let error = asked("sleep 1000").await.unwrap_err();
        assert!(matches!(error, VideoError::Child(_)) && !error.can_heal(), "{error}");
        assert!(error.to_string().contains("did not finish within 500 ms"), "{error}");
    }

    #[tokio::test]
    async fn a_helper_that_was_stopped_may_be_asked_again() {
        let error = asked("kill -STOP $$").await.unwrap_err();
        assert!(
            error.to_string().contains("it was stopped") && error.can_heal(),
            "{error}"
        );
    }

    #[tokio::test]
    async fn nonsense_is_told_from_an_answer() {
        let error = asked("echo hello").await.unwrap_err();
        assert!(matches!(error, VideoError::Garbled(_)), "{error}");
    }
}
