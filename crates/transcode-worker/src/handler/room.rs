//! Whether there is room for a video.

use safelight_core::media::{MediaStore, Space};
use safelight_video::{MediaTraits, VideoTraits};

use crate::recipe::{AudioStep, Rate, Recipe, VideoRecipe, VideoStep};

/// A result may take so many times the bits of its original: what HEVC needs, H.264 needs twice.
const GROWTH: u64 = 2;
/// Bits of a stream of sound, where nobody knows better.
const SOUND_BITS: u64 = 192_000;
/// Pixels of a second for which one bit is expected, where nobody knows the rate of the original.
const PIXELS_OF_A_BIT: u64 = 10;
/// Frames of a second, likewise.
const FRAMES: u64 = 30;

/// Whether the store has room for `need` bytes beside those that are kept for uploads (`min_free`).
///
/// # Errors
/// There is not; what to tell people.
pub async fn room(store: &dyn MediaStore, min_free: u64, need: u64) -> Result<(), String> {
    let space = store.space().await.map_err(|error| error.to_string())?;
    enough(space, min_free, need)
}

fn enough(space: Space, min_free: u64, need: u64) -> Result<(), String> {
    let mebibytes = |bytes: u64| bytes >> 20;
    if space.available >= min_free.saturating_add(need) {
        return Ok(());
    }
    let free = mebibytes(space.available);
    Err(if need == 0 {
        format!("only {free} MiB are free in the media location (SAFELIGHT_MIN_FREE)")
    } else {
        format!(
            "only {free} MiB are free in the media location: the video needs about {} MiB while it is made, and {} MiB are kept \
             for uploads (SAFELIGHT_MIN_FREE)",
            mebibytes(need),
            mebibytes(min_free)
        )
    })
}

/// Bytes that the making of a result takes at the most: its samples wait in a file of their own until the index is written in
/// front of them. None where nobody knows how long the video is.
pub(super) fn need(recipe: &Recipe, traits: &MediaTraits) -> u64 {
    let bits = video_bits(recipe, traits).saturating_add(audio_bits(recipe, traits));
    let milliseconds = traits.duration_ms.unwrap_or_default();
    let bytes = bits.saturating_mul(milliseconds) / 8_000;
    bytes.saturating_mul(2)
}

/// Bits of a second of the picture.
fn video_bits(recipe: &Recipe, traits: &MediaTraits) -> u64 {
    let original = traits.video.as_ref().and_then(|video| video.bitrate).or(traits.bitrate);
    match &recipe.video {
        VideoStep::Copy { .. } => original.unwrap_or_default(),
        VideoStep::Encode(video) => {
            let guess = encoded(video, traits.video.as_ref(), original);
            match video.rate {
                Rate::TwoPass { target_kbit, .. } => u64::from(target_kbit) * 1_000,
                Rate::Quality { max_kbit, .. } => max_kbit.map_or(guess, |most| guess.min(u64::from(most) * 1_000)),
            }
        }
    }
}

/// By the rate of the original and how many pixels are left; by the pixels alone where it is not known.
fn encoded(recipe: &VideoRecipe, video: Option<&VideoTraits>, original: Option<u64>) -> u64 {
    let (width, height) = recipe.size;
    let pixels = u64::from(width) * u64::from(height);
    let before = video.map_or(0, |video| u64::from(video.width) * u64::from(video.height));
    let scaled = original.and_then(|bits| bits.saturating_mul(GROWTH).saturating_mul(pixels).checked_div(before));
    scaled.unwrap_or(pixels * FRAMES / PIXELS_OF_A_BIT)
}

/// Bits of a second of the sound.
fn audio_bits(recipe: &Recipe, traits: &MediaTraits) -> u64 {
    match recipe.audio {
        AudioStep::None => 0,
        AudioStep::Copy => {
            let original = traits.audio.as_ref().and_then(|audio| audio.bitrate);
            original.unwrap_or(SOUND_BITS)
        }
        AudioStep::Encode(_) => SOUND_BITS,
    }
}

#[cfg(test)]
mod tests {
    use safelight_core::settings::VideoSettings;

    use super::*;
    use crate::policy::tests::encoded as recipe;
    use crate::recipe::Turn;

    const SECOND: u64 = 1_000;

    fn film(bitrate: Option<u64>, seconds: u64) -> MediaTraits {
        MediaTraits {
            duration_ms: Some(seconds * SECOND),
            bitrate,
            video: Some(VideoTraits {
                width: 3840,
                height: 2160,
                ..VideoTraits::default()
            }),
            ..MediaTraits::default()
        }
    }

    fn with_rate(rate: Rate) -> Recipe {
        let mut recipe = recipe(VideoSettings::default());
        if let VideoStep::Encode(video) = &mut recipe.video {
            video.size = (1280, 720);
            video.rate = rate;
        }
        recipe.audio = AudioStep::None;
        recipe
    }

    #[test]
    fn a_film_needs_room_by_its_length_and_its_bits() {
        let free = |max_kbit| with_rate(Rate::Quality { crf: 23, max_kbit });
        // A ninth of the pixels of 90 Mbit/s, and up to twice their bits: 20 Mbit/s, for the samples and for the result.
        assert_eq!(need(&free(None), &film(Some(90_000_000), 8)), 40_000_000);
        assert_eq!(need(&free(Some(5_000)), &film(Some(90_000_000), 8)), 10_000_000);
        assert_eq!(need(&free(None), &film(None, 8)), 2 * 1280 * 720 * 3);
        let two_pass = with_rate(Rate::TwoPass {
            crf: 23,
            target_kbit: 1_000,
            min_kbit: 500,
            max_kbit: 1_450,
        });
        assert_eq!(need(&two_pass, &film(Some(90_000_000), 8)), 2_000_000);
        let copy = Recipe {
            video: VideoStep::Copy { turn: Turn::default() },
            audio: AudioStep::Copy,
        };
        assert_eq!(need(&copy, &film(Some(8_000_000), 1)), 2 * (1_000_000 + 24_000));
        let endless = MediaTraits {
            duration_ms: None,
            ..film(Some(8_000_000), 1)
        };
        assert_eq!(need(&copy, &endless), 0);
    }

    #[test]
    fn what_is_kept_for_uploads_is_not_for_videos() {
        let space = |available| Space {
            total: 100 << 30,
            available,
            free: available,
        };
        assert!(enough(space(3 << 30), 1 << 30, 2 << 30).is_ok());
        let refusal = enough(space((3 << 30) - 1), 1 << 30, 2 << 30).unwrap_err();
        assert!(refusal.contains("needs about 2048 MiB"), "{refusal}");
        assert!(enough(space(1 << 30), 1 << 30, 0).is_ok());
        assert!(enough(space(5), 1 << 30, 0).is_err());
    }
}
