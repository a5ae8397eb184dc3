//! Section `ffmpeg`: how videos are transcoded. The name is the contract's; no ffmpeg is involved.

use serde::{Deserialize, Serialize};

/// The transcoding policy and its encoder parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VideoSettings {
    /// Constant rate factor, 0 to 51; lower is better and bigger.
    pub crf: u32,
    /// Encoder threads; 0 lets the encoder choose.
    pub threads: u64,
    /// Speed preset, `ultrafast` to `veryslow`.
    pub preset: String,
    /// Codec of transcoded videos.
    pub target_video_codec: VideoCodec,
    /// Codecs that are served as they are.
    pub accepted_video_codecs: Vec<VideoCodec>,
    /// Codec of transcoded sound.
    pub target_audio_codec: AudioCodec,
    /// Sound codecs that are served as they are.
    pub accepted_audio_codecs: Vec<AudioCodec>,
    /// Containers that are served as they are; mp4 always is.
    pub accepted_containers: Vec<VideoContainer>,
    /// Shorter edge in pixels as text, or `original`.
    pub target_resolution: String,
    /// Upper bit rate such as `4500k`; `0` is no limit.
    pub max_bitrate: String,
    /// B-frames, -1 to 16; -1 lets the encoder choose.
    pub bframes: i32,
    /// Reference frames, 0 to 6; 0 lets the encoder choose.
    pub refs: u32,
    /// Frames between key frames; 0 lets the encoder choose.
    pub gop_size: u64,
    /// Temporal adaptive quantisation, where the encoder has it.
    #[serde(rename = "temporalAQ")]
    pub temporal_aq: bool,
    /// How hardware encoders hold quality.
    pub cq_mode: CqMode,
    /// Two passes when a bit rate is set.
    pub two_pass: bool,
    /// Device to prefer, or `auto`.
    pub preferred_hw_device: String,
    /// Which videos are transcoded.
    pub transcode: TranscodePolicy,
    /// Hardware interface, or `disabled` for software.
    pub accel: HardwareAcceleration,
    /// Whether decoding uses the hardware, too.
    pub accel_decode: bool,
    /// How HDR becomes SDR.
    pub tonemap: ToneMapping,
    /// Transcoding while somebody watches.
    pub realtime: RealtimeVideo,
}

impl Default for VideoSettings {
    fn default() -> Self {
        Self {
            crf: 23,
            threads: 0,
            preset: "ultrafast".to_owned(),
            target_video_codec: VideoCodec::H264,
            accepted_video_codecs: vec![VideoCodec::H264],
            target_audio_codec: AudioCodec::Aac,
            accepted_audio_codecs: vec![AudioCodec::Aac, AudioCodec::Mp3, AudioCodec::Opus],
            accepted_containers: vec![VideoContainer::Mov, VideoContainer::Ogg, VideoContainer::Webm],
            target_resolution: "720".to_owned(),
            max_bitrate: "0".to_owned(),
            bframes: -1,
            refs: 0,
            gop_size: 0,
            temporal_aq: false,
            cq_mode: CqMode::Auto,
            two_pass: false,
            preferred_hw_device: "auto".to_owned(),
            transcode: TranscodePolicy::Required,
            accel: HardwareAcceleration::Disabled,
            accel_decode: true,
            tonemap: ToneMapping::Hable,
            realtime: RealtimeVideo::default(),
        }
    }
}

/// Transcoding while somebody watches (HLS).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeVideo {
    /// Whether it is offered.
    pub enabled: bool,
}

wire_enum! {
    /// A video codec.
    VideoCodec { H264 = "h264", Hevc = "hevc", Vp9 = "vp9", Av1 = "av1" }
}
wire_enum! {
    /// A sound codec.
    AudioCodec { Mp3 = "mp3", Aac = "aac", Opus = "opus", PcmS16le = "pcm_s16le" }
}
wire_enum! {
    /// A container format.
    VideoContainer { Mov = "mov", Mp4 = "mp4", Ogg = "ogg", Webm = "webm" }
}
wire_enum! {
    /// How hardware encoders hold quality.
    CqMode { Auto = "auto", Cqp = "cqp", Icq = "icq" }
}
wire_enum! {
    /// Which videos are transcoded.
    TranscodePolicy { All = "all", Optimal = "optimal", Bitrate = "bitrate", Required = "required", Disabled = "disabled" }
}
wire_enum! {
    /// A hardware encoder's interface.
    HardwareAcceleration { Nvenc = "nvenc", Qsv = "qsv", Vaapi = "vaapi", Rkmpp = "rkmpp", Disabled = "disabled" }
}
wire_enum! {
    /// How HDR becomes SDR.
    ToneMapping { Hable = "hable", Mobius = "mobius", Reinhard = "reinhard", Disabled = "disabled" }
}
