use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Make an asset's preview, thumbnail and thumbhash.
#[derive(Debug, Clone, Copy)]
pub struct GenerateThumbnails;

impl JobKind for GenerateThumbnails {
    const NAME: &'static str = "AssetGenerateThumbnails";
    const QUEUE: QueueName = QueueName::ThumbnailGeneration;
    type Payload = NoPayload;
}
