//! Sections about pictures, video and what is read from them.

use safelight_core::settings::{
    AudioCodec, AvailabilityChecks, ClipSettings, Colorspace, CqMode, DuplicateDetection, FacesSettings,
    FacialRecognition, FullsizeImage, GeneratedImage, HardwareAcceleration, ImageFormat, ImageSettings,
    MachineLearningSettings, MetadataSettings, OcrSettings, RealtimeVideo, ToneMapping, TranscodePolicy, VideoCodec,
    VideoContainer, VideoSettings,
};

use super::{
    keys,
    rules::{count, whole, within},
    section,
};
use crate::http::validate::{Bound, Rule, boolean, list, name, number, text, word};

keys! { VideoSettings {
    crf "crf" => within(0, 51),
    threads "threads" => count(0),
    preset "preset" => name(),
    target_video_codec "targetVideoCodec" => word(VideoCodec::ALL),
    accepted_video_codecs "acceptedVideoCodecs" => list(Bound::Words, word(VideoCodec::ALL)),
    target_audio_codec "targetAudioCodec" => word(AudioCodec::ALL),
    accepted_audio_codecs "acceptedAudioCodecs" => list(Bound::Words, word(AudioCodec::ALL)),
    accepted_containers "acceptedContainers" => list(Bound::Words, word(VideoContainer::ALL)),
    target_resolution "targetResolution" => name(),
    max_bitrate "maxBitrate" => name(),
    bframes "bframes" => within(-1, 16),
    refs "refs" => within(0, 6),
    gop_size "gopSize" => count(0),
    temporal_aq "temporalAQ" => boolean(),
    cq_mode "cqMode" => word(CqMode::ALL),
    two_pass "twoPass" => boolean(),
    preferred_hw_device "preferredHwDevice" => name(),
    transcode "transcode" => word(TranscodePolicy::ALL),
    accel "accel" => word(HardwareAcceleration::ALL),
    accel_decode "accelDecode" => boolean(),
    tonemap "tonemap" => word(ToneMapping::ALL),
    realtime "realtime" => section(),
}}
keys! { RealtimeVideo { enabled "enabled" => boolean() } }

keys! { ImageSettings {
    thumbnail "thumbnail" => section(),
    preview "preview" => section(),
    fullsize "fullsize" => section(),
    colorspace "colorspace" => word(Colorspace::ALL),
    extract_embedded "extractEmbedded" => boolean(),
}}
keys! { GeneratedImage {
    format "format" => word(ImageFormat::ALL),
    quality "quality" => within(1, 100),
    size "size" => count(1),
    progressive "progressive" => boolean().or(false),
}}
keys! { FullsizeImage {
    enabled "enabled" => boolean(),
    format "format" => word(ImageFormat::ALL),
    quality "quality" => within(1, 100),
    progressive "progressive" => boolean().or(false),
}}

keys! { MetadataSettings { faces "faces" => section() } }
keys! { FacesSettings { import "import" => boolean() } }

keys! { MachineLearningSettings {
    enabled "enabled" => boolean(),
    urls "urls" => list(Bound::Words, text()).min(1),
    availability_checks "availabilityChecks" => section(),
    clip "clip" => section(),
    duplicate_detection "duplicateDetection" => section(),
    facial_recognition "facialRecognition" => section(),
    ocr "ocr" => section(),
}}
keys! { AvailabilityChecks {
    enabled "enabled" => boolean(),
    timeout "timeout" => whole(),
    interval "interval" => whole(),
}}
keys! { ClipSettings { enabled "enabled" => boolean(), model_name "modelName" => name() } }
keys! { DuplicateDetection {
    enabled "enabled" => boolean(),
    max_distance "maxDistance" => number().min(0.001).max(0.1),
}}
keys! { FacialRecognition {
    enabled "enabled" => boolean(),
    model_name "modelName" => name(),
    min_score "minScore" => number().min(0.1).max(1),
    max_distance "maxDistance" => number().min(0.1).max(2),
    min_faces "minFaces" => count(1),
}}
keys! { OcrSettings {
    enabled "enabled" => boolean(),
    model_name "modelName" => name(),
    max_resolution "maxResolution" => count(1),
    min_detection_score "minDetectionScore" => number().min(0.1).max(1),
    min_recognition_score "minRecognitionScore" => number().min(0.1).max(1),
}}
