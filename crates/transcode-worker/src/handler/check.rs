//! The result is looked at before anybody sees it: by a process that did not make it, and by its bytes.

use std::path::Path;

use safelight_core::jobs::JobError;
use safelight_core::media::{MediaStore, OpenFile};
use safelight_core::settings::ToneMapping;
use safelight_video::{BoxHead, LONGEST_HEAD, MediaTraits, VideoError, VideoHelper, VideoTraits};

use crate::recipe::{AudioStep, Recipe, VideoRecipe, VideoStep};

/// How much shorter than the original a result may be: as many milliseconds, and a share of the whole.
const TOLERANCE_MS: u64 = 1_500;
const TOLERANCE_SHARE: u64 = 20;

/// Containers that do not say how long they are; what a probe tells of them is a guess.
const GUESSED: [&str; 3] = ["mpegts", "mpeg", "mpegps"];

/// Boxes that may stand before the index of a result.
const MOST_BOXES: usize = 100;

/// What is there of a film that is cut off is played where it is as long as this, in milliseconds.
const ENOUGH_MS: u64 = 1_000;

fn is_guessed(source: &MediaTraits) -> bool {
    GUESSED.contains(&source.container.as_str())
}

/// Looks at a finished part.
pub(super) async fn result(
    helper: &VideoHelper,
    store: &dyn MediaStore,
    part: &Path,
    recipe: &Recipe,
    source: &MediaTraits,
) -> Result<(), JobError> {
    let file = store.open(part).await.map_err(|error| JobError::reading(&error))?;
    if !starts_fast(&file).await? {
        return Err(JobError::permanent("the index of the result does not come first"));
    }
    let made = helper.probe(&file.file()).await.map_err(|error| unplayable(&error))?;
    compare(&made, recipe, source)?;
    if let (VideoStep::Copy { .. }, Some(video)) = (&recipe.video, &made.video) {
        // Nobody has decoded it yet.
        let pixels = u64::from(video.width) * u64::from(video.height);
        let shown = helper.frame(&file.file(), ToneMapping::Disabled, pixels).await;
        shown.map_err(|error| unplayable(&error))?;
    }
    Ok(())
}

/// The same elements would make the same nonsense of the same film, so only what befell the one who looked is tried again.
fn unplayable(error: &VideoError) -> JobError {
    let reason = format!("the result cannot be played: {error}");
    if error.can_heal() {
        JobError::retry(reason)
    } else {
        JobError::permanent(reason)
    }
}

fn compare(made: &MediaTraits, recipe: &Recipe, source: &MediaTraits) -> Result<(), JobError> {
    let Some(video) = &made.video else {
        return Err(JobError::permanent("the result has no pictures"));
    };
    let flaw = video_flaw(video, recipe, source).or_else(|| audio_flaw(made, recipe, source));
    if let Some(flaw) = flaw {
        return Err(JobError::permanent(format!(
            "the result is not what was ordered: {flaw}"
        )));
    }
    match (made.duration_ms, source.duration_ms) {
        (Some(made), Some(whole)) if made < ENOUGH_MS && is_cut(made, whole) && !is_guessed(source) => {
            let seconds = |ms: u64| format!("{}.{} s", ms / 1_000, ms % 1_000 / 100);
            Err(JobError::permanent(format!(
                "only {} of {} could be decoded: the file is damaged or cut off",
                seconds(made),
                seconds(whole)
            )))
        }
        _ => Ok(()),
    }
}

fn video_flaw(made: &VideoTraits, recipe: &Recipe, source: &MediaTraits) -> Option<String> {
    let (codec, size) = match &recipe.video {
        VideoStep::Encode(video) => (video.codec.as_str(), turned(video)),
        VideoStep::Copy { .. } => {
            let video = source.video.as_ref()?;
            (video.codec.as_str(), (video.width, video.height))
        }
    };
    if made.codec != codec {
        return Some(format!("its video is {} and not {codec}", made.codec));
    }
    if (made.width, made.height) != size {
        let (width, height) = size;
        return Some(format!(
            "it has {}x{} pixels and not {width}x{height}",
            made.width, made.height
        ));
    }
    None
}

/// The size behind the turn.
fn turned(video: &VideoRecipe) -> (u32, u32) {
    let (width, height) = video.size;
    if video.turn.is_sideways() {
        (height, width)
    } else {
        (width, height)
    }
}

fn audio_flaw(made: &MediaTraits, recipe: &Recipe, source: &MediaTraits) -> Option<String> {
    let wanted = match recipe.audio {
        AudioStep::None => return None,
        AudioStep::Encode(codec) => codec.as_str(),
        AudioStep::Copy => source.audio.as_ref()?.codec.as_str(),
    };
    match &made.audio {
        Some(audio) if audio.codec == wanted => None,
        Some(audio) => Some(format!("its sound is {} and not {wanted}", audio.codec)),
        None => Some("it has no sound".to_owned()),
    }
}

fn is_cut(made: u64, whole: u64) -> bool {
    made.saturating_add(TOLERANCE_MS)
        .saturating_add(whole / TOLERANCE_SHARE)
        < whole
}

/// Whether the index of an MP4 comes before its samples.
async fn starts_fast(file: &OpenFile) -> Result<bool, JobError> {
    let mut at = 0;
    for _ in 0..MOST_BOXES {
        let head = file.read_at(at, LONGEST_HEAD).await;
        let head = BoxHead::of(&head.map_err(|error| JobError::reading(&error))?);
        match head.map(|head| (head.name, head.whole)) {
            Some((name, _)) if &name == b"moov" => return Ok(true),
            Some((name, Some(whole))) if &name != b"mdat" => at = at.saturating_add(whole),
            _ => return Ok(false),
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_result_is_told_from_a_rounded_one() {
        assert!(!is_cut(9_900, 10_000));
        assert!(!is_cut(8_100, 10_000));
        assert!(is_cut(7_900, 10_000));
        assert!(!is_cut(3_500_000, 3_600_000));
        assert!(is_cut(1_800_000, 3_600_000));
        assert!(!is_cut(20_000, 10_000));
    }
}
