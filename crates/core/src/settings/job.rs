//! Section `job`: how many jobs of a queue a node runs at once.

use serde::{Deserialize, Serialize};

use crate::ids::QueueName;

/// How many jobs of each queue a node runs at once. Four queues are fixed at one and not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each field is the queue of its name")]
pub struct JobSettings {
    pub thumbnail_generation: Concurrency,
    pub metadata_extraction: Concurrency,
    pub video_conversion: Concurrency,
    pub face_detection: Concurrency,
    pub smart_search: Concurrency,
    pub background_task: Concurrency,
    pub migration: Concurrency,
    pub search: Concurrency,
    pub sidecar: Concurrency,
    pub library: Concurrency,
    pub notifications: Concurrency,
    pub ocr: Concurrency,
    pub workflow: Concurrency,
    pub editor: Concurrency,
    pub integrity_check: Concurrency,
}

/// How many at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Concurrency {
    /// At least 1.
    pub concurrency: u32,
}

impl Concurrency {
    const fn of(concurrency: u32) -> Self {
        Self { concurrency }
    }
}

impl Default for JobSettings {
    fn default() -> Self {
        Self {
            thumbnail_generation: Concurrency::of(3),
            metadata_extraction: Concurrency::of(5),
            video_conversion: Concurrency::of(1),
            face_detection: Concurrency::of(2),
            smart_search: Concurrency::of(2),
            background_task: Concurrency::of(5),
            migration: Concurrency::of(5),
            search: Concurrency::of(5),
            sidecar: Concurrency::of(5),
            library: Concurrency::of(5),
            notifications: Concurrency::of(5),
            ocr: Concurrency::of(1),
            workflow: Concurrency::of(5),
            editor: Concurrency::of(2),
            integrity_check: Concurrency::of(1),
        }
    }
}

impl JobSettings {
    /// How many jobs of `queue` a node runs at once, at least 1: the admin panel's number, or one for the four queues
    /// that it does not list.
    pub fn concurrency(&self, queue: QueueName) -> usize {
        let configured = match queue {
            QueueName::ThumbnailGeneration => self.thumbnail_generation,
            QueueName::MetadataExtraction => self.metadata_extraction,
            QueueName::VideoConversion => self.video_conversion,
            QueueName::FaceDetection => self.face_detection,
            QueueName::SmartSearch => self.smart_search,
            QueueName::BackgroundTask => self.background_task,
            QueueName::Migration => self.migration,
            QueueName::Search => self.search,
            QueueName::Sidecar => self.sidecar,
            QueueName::Library => self.library,
            QueueName::Notifications => self.notifications,
            QueueName::Ocr => self.ocr,
            QueueName::Workflow => self.workflow,
            QueueName::Editor => self.editor,
            QueueName::IntegrityCheck => self.integrity_check,
            QueueName::FacialRecognition
            | QueueName::DuplicateDetection
            | QueueName::StorageTemplateMigration
            | QueueName::BackupDatabase => Concurrency::of(1),
        };
        usize::try_from(configured.concurrency).unwrap_or(usize::MAX).max(1)
    }
}
