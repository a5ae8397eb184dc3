//! What is in a file: `GStreamer`'s Discoverer, in the words of ffmpeg and of the settings.

mod audio;
mod choose;
mod codec;
mod colour;
mod container;
mod discover;
mod pixel;
mod stream;
mod turn;
mod video;

use std::path::Path;

use self::choose::{chosen_audio, chosen_video};
use self::discover::{Discovered, discover};
use crate::allowed::holds_film;
use crate::error::Refusal;
use crate::traits::MediaTraits;

/// Looks at a file, in a process that may hang or crash. `GStreamer` has been started.
pub(crate) fn probe(file: &Path) -> Result<MediaTraits, Refusal> {
    Ok(probe_stream(file)?.0)
}

/// The same, and the name of the stream that is shown.
pub(crate) fn probe_stream(file: &Path) -> Result<(MediaTraits, String), Refusal> {
    holds_film(file)?;
    let bytes = std::fs::metadata(file)
        .map_err(|error| Refusal::Unopened(error.to_string()))?
        .len();
    traits(&discover(file)?, bytes)
}

/// The traits of what was discovered in a file of so many bytes, and the name of the stream that is shown.
fn traits(found: &Discovered, bytes: u64) -> Result<(MediaTraits, String), Refusal> {
    let shown = chosen_video(&found.streams).ok_or_else(|| found.why_no_video())?;
    let heard = chosen_audio(&found.streams);
    let bitrate = found.duration_ms.and_then(|ms| {
        let bits = bytes.checked_mul(8_000)?;
        bits.checked_div(ms)
    });
    let audio = heard.map(audio::traits);
    let mut video = video::traits(shown)?;
    if video.bitrate.is_none() {
        // Most containers do not tell: what is not sound is picture, but for some wrapping.
        let sound = audio.as_ref().and_then(|audio| audio.bitrate).unwrap_or_default();
        video.bitrate = bitrate.map(|bitrate| bitrate.saturating_sub(sound));
    }
    let traits = MediaTraits {
        container: container::name(found.container.as_ref(), &video.codec),
        duration_ms: found.duration_ms,
        bitrate,
        video: Some(video),
        audio,
    };
    Ok((traits, shown.id.clone()))
}

#[cfg(test)]
pub(crate) mod tests;
