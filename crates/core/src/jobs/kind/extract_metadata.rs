use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Read an asset's file and sidecar into rows.
#[derive(Debug, Clone, Copy)]
pub struct ExtractMetadata;

impl JobKind for ExtractMetadata {
    const NAME: &'static str = "AssetExtractMetadata";
    const QUEUE: QueueName = QueueName::MetadataExtraction;
    type Payload = NoPayload;
}
