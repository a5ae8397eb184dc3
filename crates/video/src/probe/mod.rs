//! What is in a file, in the words of ffmpeg and of the settings.

mod audio;
mod container;
mod video;

use std::path::Path;

use crate::error::Refusal;
use crate::film::{Film, Length};
use crate::traits::MediaTraits;

/// Looks at a file, in a process that may hang or crash; one of at most `most_read` bytes is read through where its header only claims a
/// length. `GStreamer` has been started.
pub(crate) fn probe(file: &Path, most_read: u64) -> Result<MediaTraits, Refusal> {
    let bytes = std::fs::metadata(file)
        .map_err(|error| Refusal::Unopened(error.to_string()))?
        .len();
    let opened = Film::open(file)?;
    let length = Length::of(&opened, file, bytes, most_read)?;
    traits(&opened, length, bytes)
}

/// The traits of a film of so many bytes.
pub(crate) fn traits(film: &Film, length: Length, bytes: u64) -> Result<MediaTraits, Refusal> {
    let shown = film.video().ok_or(Refusal::NoVideo)?;
    let bitrate = length.ms.and_then(|ms| {
        let bits = bytes.checked_mul(8_000)?;
        bits.checked_div(ms)
    });
    let audio = film.audio().map(audio::traits);
    let mut video = video::traits(shown)?;
    if video.bitrate.is_none() {
        // Most containers do not tell: what is not sound is picture, but for some wrapping.
        let sound = audio.as_ref().and_then(|audio| audio.bitrate).unwrap_or_default();
        video.bitrate = bitrate.map(|bitrate| bitrate.saturating_sub(sound));
    }
    Ok(MediaTraits {
        container: container::name(Some(&film.container), &video.codec),
        duration_ms: length.ms,
        is_cut: length.is_cut,
        bitrate,
        video: Some(video),
        audio,
    })
}

/// Libav's words for profiles as `GStreamer` writes them: `Main 10` is `main-10`.
fn profile(words: &str) -> String {
    words.to_ascii_lowercase().replace(' ', "-")
}

#[cfg(test)]
pub(crate) mod tests;
