//! Section `machineLearning`: carried for the admin page; no service of this house consumes it.

use serde::{Deserialize, Serialize};

use super::number;

/// Search by content, faces, duplicates and text in pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MachineLearningSettings {
    /// Whether anything of it is used.
    pub enabled: bool,
    /// Addresses of the service, tried in order. At least one.
    pub urls: Vec<String>,
    /// How the addresses are probed.
    pub availability_checks: AvailabilityChecks,
    /// Search by content.
    pub clip: ClipSettings,
    /// Duplicates by content.
    pub duplicate_detection: DuplicateDetection,
    /// Faces and the people they belong to.
    pub facial_recognition: FacialRecognition,
    /// Text in pictures.
    pub ocr: OcrSettings,
}

impl Default for MachineLearningSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            urls: vec!["http://immich-machine-learning:3003".to_owned()],
            availability_checks: AvailabilityChecks::default(),
            clip: ClipSettings::default(),
            duplicate_detection: DuplicateDetection::default(),
            facial_recognition: FacialRecognition::default(),
            ocr: OcrSettings::default(),
        }
    }
}

/// How the addresses are probed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AvailabilityChecks {
    /// Whether they are probed.
    pub enabled: bool,
    /// Milliseconds after which a probe has failed.
    pub timeout: i64,
    /// Milliseconds between probes.
    pub interval: i64,
}

impl Default for AvailabilityChecks {
    fn default() -> Self {
        Self {
            enabled: true,
            timeout: 2_000,
            interval: 30_000,
        }
    }
}

/// Search by content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClipSettings {
    /// Whether embeddings are made.
    pub enabled: bool,
    /// Name of the model.
    pub model_name: String,
}

impl Default for ClipSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            model_name: "ViT-B-32__openai".to_owned(),
        }
    }
}

/// Duplicates by content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DuplicateDetection {
    /// Whether duplicates are looked for.
    pub enabled: bool,
    /// Largest distance of two embeddings, 0.001 to 0.1.
    #[serde(serialize_with = "number::serialize")]
    pub max_distance: f64,
}

impl Default for DuplicateDetection {
    fn default() -> Self {
        Self {
            enabled: true,
            max_distance: 0.01,
        }
    }
}

/// Faces and the people they belong to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FacialRecognition {
    /// Whether faces are looked for.
    pub enabled: bool,
    /// Name of the model.
    pub model_name: String,
    /// Least score of a face, 0.1 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub min_score: f64,
    /// Largest distance of two faces of one person, 0.1 to 2.
    #[serde(serialize_with = "number::serialize")]
    pub max_distance: f64,
    /// Faces that make a person. At least 1.
    pub min_faces: u64,
}

impl Default for FacialRecognition {
    fn default() -> Self {
        Self {
            enabled: true,
            model_name: "buffalo_l".to_owned(),
            min_score: 0.7,
            max_distance: 0.5,
            min_faces: 3,
        }
    }
}

/// Text in pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OcrSettings {
    /// Whether text is read.
    pub enabled: bool,
    /// Name of the model.
    pub model_name: String,
    /// Pixels of the shorter edge that the model sees. At least 1.
    pub max_resolution: u64,
    /// Least score of a text box, 0.1 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub min_detection_score: f64,
    /// Least score of the text in it, 0.1 to 1.
    #[serde(serialize_with = "number::serialize")]
    pub min_recognition_score: f64,
}

impl Default for OcrSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            model_name: "PP-OCRv5_mobile".to_owned(),
            max_resolution: 736,
            min_detection_score: 0.5,
            min_recognition_score: 0.8,
        }
    }
}
