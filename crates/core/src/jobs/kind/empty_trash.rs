use super::{JobKind, Slice};
use crate::ids::QueueName;

/// Remove for good every asset whose status is `deleted`. A singleton that goes on in slices.
#[derive(Debug, Clone, Copy)]
pub struct EmptyTrash;

impl JobKind for EmptyTrash {
    const NAME: &'static str = "AssetEmptyTrash";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = Slice;
}
