//! Which videos are made playable, and how (contract, section 5): a pure function of the settings and of what the streams are.
//!
//! | policy | video is encoded again when | sound is encoded again when |
//! |---|---|---|
//! | `disabled` | never, nor is the container changed | never |
//! | `required` | its codec is not accepted, or its pixels are not of the kind `...420p` | its codec is not accepted, or it has more than 8 channels or none for loudspeakers |
//! | `optimal` | as `required`, or its shorter edge is longer than wanted | as `required` |
//! | `bitrate` | as `required`, or it has more bits per second than allowed | as `required` |
//! | `all` | always | always |
//!
//! Where nothing is encoded, the streams are taken over into an MP4 if the container is not accepted.

mod accept;
mod rate;
mod size;
#[cfg(test)]
pub(crate) mod tests;

use safelight_core::settings::{
    AudioCodec, HardwareAcceleration, ToneMapping, TranscodePolicy, VideoCodec, VideoSettings,
};
use safelight_video::{AudioTraits, Codec, HdrTransfer, MediaTraits, VideoTraits};

use self::rate::MaxBitrate;
use crate::recipe::{AudioStep, Hardware, Preset, Recipe, ToneStep, Turn, VideoRecipe, VideoStep};

/// What the policy says of a video.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is played as it is.
    Skip,
    /// Its streams are played as they are, its container is not.
    Remux(Recipe),
    /// At least one of its streams is encoded again.
    Encode(Recipe),
}

/// Decides.
pub fn decide(settings: &VideoSettings, traits: &MediaTraits) -> Decision {
    let Some(video) = &traits.video else {
        return Decision::Skip;
    };
    if settings.transcode == TranscodePolicy::Disabled {
        return Decision::Skip;
    }
    let encode_video = wants_video(settings, traits, video);
    let audio = traits.audio.as_ref();
    let encode_audio = audio.is_some_and(|audio| wants_audio(settings, audio));
    let changes = encode_video || encode_audio;
    if !changes && accept::container(settings, &traits.container) {
        return Decision::Skip;
    }
    let recipe = Recipe {
        video: if encode_video {
            VideoStep::Encode(Box::new(video_recipe(settings, video)))
        } else {
            VideoStep::Copy { turn: turn(video) }
        },
        audio: audio.map_or(AudioStep::None, |audio| audio_step(settings, audio, encode_audio)),
    };
    if recipe.encodes() {
        Decision::Encode(recipe)
    } else {
        Decision::Remux(recipe)
    }
}

/// The same with all streams encoded, for a film whose streams cannot be taken over as they are, though they are accepted.
pub fn encoding_all(settings: &VideoSettings, traits: &MediaTraits) -> Option<Recipe> {
    let video = traits.video.as_ref()?;
    let audio = traits.audio.as_ref();
    Some(Recipe {
        video: VideoStep::Encode(Box::new(video_recipe(settings, video))),
        audio: audio.map_or(AudioStep::None, |_| AudioStep::Encode(settings.target_audio_codec)),
    })
}

fn wants_video(settings: &VideoSettings, traits: &MediaTraits, video: &VideoTraits) -> bool {
    let required = !accept::video(settings, &video.codec) || !accept::pixels(video.pixel_format.as_deref());
    match settings.transcode {
        TranscodePolicy::Disabled => false,
        TranscodePolicy::All => true,
        TranscodePolicy::Required => required,
        TranscodePolicy::Optimal => required || size::is_larger(settings, video),
        TranscodePolicy::Bitrate => required || rate::is_above(settings, video.bitrate.or(traits.bitrate)),
    }
}

fn wants_audio(settings: &VideoSettings, audio: &AudioTraits) -> bool {
    let is_accepted = accept::audio(settings, &audio.codec) && audio.is_for_loudspeakers();
    settings.transcode == TranscodePolicy::All || !is_accepted
}

/// Plain samples are accepted where they are, but an MP4 that all browsers play has none.
fn audio_step(settings: &VideoSettings, audio: &AudioTraits, encode: bool) -> AudioStep {
    if encode || audio.codec == AudioCodec::PcmS16le.as_str() {
        AudioStep::Encode(settings.target_audio_codec)
    } else {
        AudioStep::Copy
    }
}

fn video_recipe(settings: &VideoSettings, video: &VideoTraits) -> VideoRecipe {
    let max = MaxBitrate::of(&settings.max_bitrate);
    VideoRecipe {
        codec: codec(settings.target_video_codec),
        size: size::of(settings, video),
        turn: turn(video),
        is_interlaced: video.is_interlaced,
        tone_map: tone_step(settings, video),
        rate: rate::of(settings, max),
        preset: Preset::of(&settings.preset),
        gop: Some(number(settings.gop_size)).filter(|frames| *frames > 0),
        bframes: u32::try_from(settings.bframes).ok(),
        refs: Some(settings.refs).filter(|frames| *frames > 0),
        threads: Some(number(settings.threads)).filter(|threads| *threads > 0),
        hardware: hardware(settings),
    }
}

fn hardware(settings: &VideoSettings) -> Hardware {
    if settings.accel == HardwareAcceleration::Disabled {
        return Hardware::none();
    }
    let device = settings.preferred_hw_device.rsplit('/').next().unwrap_or_default();
    Hardware {
        accel: settings.accel,
        decode: settings.accel_decode,
        device: Some(device.to_owned()).filter(|name| !name.is_empty() && name != "auto"),
        quality: settings.cq_mode,
        temporal_aq: settings.temporal_aq,
    }
}

/// PQ and HLG are the two transfer functions of HDR.
fn tone_step(settings: &VideoSettings, video: &VideoTraits) -> Option<ToneStep> {
    let transfer = video.transfer.as_deref()?;
    let is_hdr = HdrTransfer::of_word(transfer).is_some();
    (is_hdr && settings.tonemap != ToneMapping::Disabled).then(|| ToneStep {
        transfer: transfer.to_owned(),
        curve: settings.tonemap,
    })
}

fn turn(video: &VideoTraits) -> Turn {
    Turn {
        degrees: video.rotation,
        is_mirrored: video.is_mirrored,
    }
}

const fn codec(wanted: VideoCodec) -> Codec {
    match wanted {
        VideoCodec::H264 => Codec::H264,
        VideoCodec::Hevc => Codec::Hevc,
        VideoCodec::Vp9 => Codec::Vp9,
        VideoCodec::Av1 => Codec::Av1,
    }
}

fn number(wide: u64) -> u32 {
    u32::try_from(wide).unwrap_or(u32::MAX)
}
