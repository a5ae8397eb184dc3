use super::{JobKind, Slice};
use crate::ids::QueueName;

/// Have pictures made of all assets that lack one. A singleton that goes on in slices. It waits where the workers look that do
/// it, not among the jobs it orders.
#[derive(Debug, Clone, Copy)]
pub struct MissingThumbnails;

impl JobKind for MissingThumbnails {
    const NAME: &'static str = "AssetGenerateThumbnailsQueueAll";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = Slice;
}
