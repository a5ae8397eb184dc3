//! What a media file is made of, as the probe finds it and the rows `asset_video` and `asset_audio` keep it.

use serde::{Deserialize, Serialize};

/// A probed file.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MediaTraits {
    /// The container in the words of the settings: `mp4`, `mov`, `matroska`, `webm`, `ogg`, `avi`, `mpegts`, ...
    pub container: String,
    /// Milliseconds; none where it cannot be told.
    pub duration_ms: Option<u64>,
    /// Whether the file ends before the film does: it was cut off, and the duration is that of what is there.
    #[serde(default)]
    pub is_cut: bool,
    /// Bits per second over the whole file.
    pub bitrate: Option<u64>,
    /// The stream that is shown: the first that is not cover art, the default one and the one of the highest bitrate first.
    pub video: Option<VideoTraits>,
    /// The stream that is heard, chosen likewise.
    pub audio: Option<AudioTraits>,
}

/// The stream that is shown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct VideoTraits {
    /// `h264`, `hevc`, `vp9`, `av1`, `mpeg4`, `mpeg2video`, `mjpeg`, `prores`, ... in the words of ffmpeg.
    pub codec: String,
    /// `high`, `main-10`, ... where the codec has such a thing.
    pub profile: Option<String>,
    /// As ffmpeg writes it: `yuv420p`, `yuv420p10le`, `yuvj420p`, `yuv422p`, ...
    pub pixel_format: Option<String>,
    /// Colour primaries in the words of ffmpeg: `bt709`, `bt2020`, ...
    pub primaries: Option<String>,
    /// Transfer function in the words of ffmpeg: `bt709`, `smpte2084` (PQ), `arib-std-b67` (HLG), ...
    pub transfer: Option<String>,
    /// Matrix in the words of ffmpeg: `bt709`, `bt2020nc`, ...
    pub matrix: Option<String>,
    /// Whether all 256 values are used.
    pub is_full_range: bool,
    /// Pixels as stored, before rotation.
    pub width: u32,
    /// Pixels as stored, before rotation.
    pub height: u32,
    /// The shape of one pixel, width to height.
    pub pixel_aspect: (u32, u32),
    /// Degrees clockwise to turn the picture by for viewing: 0, 90, 180 or 270.
    pub rotation: u16,
    /// Whether it is mirrored as well, left to right, before it is turned.
    pub is_mirrored: bool,
    /// Whether frames are made of two fields.
    pub is_interlaced: bool,
    /// `EQUIRECTANGULAR` or `CUBEFACE` where it is seen all around, in the words of the API.
    #[serde(default)]
    pub projection: Option<String>,
    /// Frames per second; none where it varies or is unknown.
    pub fps: Option<f64>,
    /// Bits per second of this stream.
    pub bitrate: Option<u64>,
}

impl VideoTraits {
    /// How to turn the picture for viewing, as EXIF writes it: 1 to 8.
    pub const fn orientation(&self) -> u8 {
        match (self.rotation, self.is_mirrored) {
            (90, false) => 6,
            (180, false) => 3,
            (270, false) => 8,
            (0, true) => 2,
            (90, true) => 7,
            (180, true) => 4,
            (270, true) => 5,
            _ => 1,
        }
    }

    /// Width and height before rotation, the width stretched so that pixels are square.
    pub fn square_size(&self) -> (u32, u32) {
        let (wide, high) = self.pixel_aspect;
        let stretched = u64::from(self.width) * u64::from(wide) + u64::from(high) / 2;
        let width = stretched.checked_div(u64::from(high));
        let width = width.and_then(|width| u32::try_from(width).ok()).unwrap_or(self.width);
        (width.max(1), self.height)
    }
}

/// The profile of sound whose channels are no loudspeakers, but parts of what is heard from all sides.
pub(crate) const AMBISONIC: &str = "ambisonic";

/// The most channels that are heard as they are; of more only two are.
pub(crate) const MOST_CHANNELS: u32 = 8;

impl AudioTraits {
    /// Whether any player leads its channels to loudspeakers as they are.
    pub fn is_for_loudspeakers(&self) -> bool {
        self.profile.as_deref() != Some(AMBISONIC) && self.channels.is_none_or(|channels| channels <= MOST_CHANNELS)
    }
}

/// The stream that is heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AudioTraits {
    /// `aac`, `mp3`, `opus`, `vorbis`, `ac3`, `pcm_s16le`, ... in the words of ffmpeg.
    pub codec: String,
    /// `lc`, ... where the codec has such a thing; `ambisonic` where its channels are no loudspeakers.
    pub profile: Option<String>,
    /// How many.
    pub channels: Option<u32>,
    /// Samples per second.
    pub sample_rate: Option<u32>,
    /// Bits per second of this stream.
    pub bitrate: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_mirrored_and_stretched() {
        let mut video = VideoTraits {
            width: 720,
            height: 576,
            pixel_aspect: (64, 45),
            rotation: 270,
            ..VideoTraits::default()
        };
        assert_eq!((video.orientation(), video.square_size()), (8, (1024, 576)));
        video.is_mirrored = true;
        assert_eq!(video.orientation(), 5);
        video.rotation = 0;
        assert_eq!(video.orientation(), 2);
    }
}
