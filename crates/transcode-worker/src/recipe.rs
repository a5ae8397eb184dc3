//! What is to be done with a video: the answer of the policy, and the order to the child that does it.

use safelight_core::settings::{AudioCodec, CqMode, HardwareAcceleration, ToneMapping};
use safelight_video::Codec;
use serde::{Deserialize, Serialize};

/// What becomes of each stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// The stream that is shown.
    pub video: VideoStep,
    /// The stream that is heard.
    pub audio: AudioStep,
}

impl Recipe {
    /// Whether any stream is encoded, so that the work is more than a copy.
    pub fn encodes(&self) -> bool {
        matches!(self.video, VideoStep::Encode(_)) || matches!(self.audio, AudioStep::Encode(_))
    }
}

/// What becomes of the stream that is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoStep {
    /// Taken over as it is; the turn that viewers have to make is kept.
    Copy {
        /// How it is to be turned for viewing.
        turn: Turn,
    },
    /// Decoded and encoded again.
    Encode(Box<VideoRecipe>),
}

/// What becomes of the stream that is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AudioStep {
    /// There is none.
    None,
    /// Taken over as it is.
    Copy,
    /// Decoded and encoded again.
    Encode(AudioCodec),
}

/// How a picture is turned for viewing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turn {
    /// Degrees clockwise: 0, 90, 180 or 270.
    pub degrees: u16,
    /// Whether it is mirrored, left to right, before it is turned.
    pub is_mirrored: bool,
}

impl Turn {
    /// Whether there is nothing to do.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Whether width and height change places.
    pub fn is_sideways(self) -> bool {
        self.degrees % 180 == 90
    }
}

/// How a video stream is encoded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VideoRecipe {
    /// What it becomes.
    pub codec: Codec,
    /// Width and height in square pixels, even, before the turn.
    pub size: (u32, u32),
    /// The turn, made for good.
    pub turn: Turn,
    /// Whether its frames are made of two fields that are to be woven into one.
    pub is_interlaced: bool,
    /// How HDR becomes SDR, where it is HDR.
    pub tone_map: Option<ToneStep>,
    /// How many bits it may take.
    pub rate: Rate,
    /// Time against size.
    pub preset: Preset,
    /// Frames between key frames; the encoder's choice where nothing is said.
    pub gop: Option<u32>,
    /// B-frames between two others; the encoder's choice where nothing is said.
    pub bframes: Option<u32>,
    /// Reference frames; the encoder's choice where nothing is said.
    pub refs: Option<u32>,
    /// Threads; as many as there are cores where nothing is said.
    pub threads: Option<u32>,
    /// The hardware to prefer.
    pub hardware: Hardware,
}

/// How HDR becomes SDR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToneStep {
    /// How brightness is coded, in the words of ffmpeg.
    pub transfer: String,
    /// The curve.
    pub curve: ToneMapping,
}

/// How many bits a stream may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Equal quality, and never more than a bound.
    Quality {
        /// The constant rate factor; lower is better and bigger.
        crf: u32,
        /// The most kilobits per second.
        max_kbit: Option<u32>,
    },
    /// A size that is known before, reached in two passes.
    TwoPass {
        /// The constant rate factor, for encoders that can do one pass only.
        crf: u32,
        /// Kilobits per second on average.
        target_kbit: u32,
        /// The fewest kilobits per second.
        min_kbit: u32,
        /// The most kilobits per second.
        max_kbit: u32,
    },
}

impl Rate {
    /// The same in one pass.
    #[must_use]
    pub const fn in_one_pass(self) -> Self {
        match self {
            Self::TwoPass { crf, max_kbit, .. } => Self::Quality {
                crf,
                max_kbit: Some(max_kbit),
            },
            quality @ Self::Quality { .. } => quality,
        }
    }
}

/// Hardware that encodes, and how it is to be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hardware {
    /// Its interface.
    pub accel: HardwareAcceleration,
    /// Whether it decodes, too.
    pub decode: bool,
    /// The device of several, such as `renderD129`.
    pub device: Option<String>,
    /// How quality is held.
    pub quality: CqMode,
    /// Adaptive quantisation over time.
    pub temporal_aq: bool,
}

impl Hardware {
    /// No hardware at all.
    pub const fn none() -> Self {
        Self {
            accel: HardwareAcceleration::Disabled,
            decode: false,
            device: None,
            quality: CqMode::Auto,
            temporal_aq: false,
        }
    }
}

/// Time against size, from the slowest to the quickest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preset(u8);

impl Preset {
    const WORDS: [&'static str; 9] = [
        "veryslow",
        "slower",
        "slow",
        "medium",
        "fast",
        "faster",
        "veryfast",
        "superfast",
        "ultrafast",
    ];

    /// The preset of that name; the quickest where the name is unknown.
    pub fn of(word: &str) -> Self {
        let index = Self::WORDS.iter().position(|known| *known == word);
        Self(index.and_then(|index| u8::try_from(index).ok()).unwrap_or(8))
    }

    /// 0 for the slowest, 8 for the quickest.
    pub const fn index(self) -> u8 {
        self.0
    }

    /// The name.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.get(usize::from(self.0)).copied().unwrap_or("ultrafast")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_go_from_slow_to_quick() {
        assert_eq!(Preset::of("veryslow").index(), 0);
        assert_eq!(Preset::of("ultrafast").index(), 8);
        assert_eq!(Preset::of("medium").as_str(), "medium");
        assert_eq!(Preset::of("warp").as_str(), "ultrafast");
    }

    #[test]
    fn a_quarter_turn_is_sideways() {
        let turned = |degrees| Turn {
            degrees,
            is_mirrored: false,
        };
        assert!(turned(90).is_sideways() && turned(270).is_sideways());
        assert!(!turned(0).is_sideways() && !turned(180).is_sideways());
        assert!(turned(0).is_none() && !turned(180).is_none());
    }
}
