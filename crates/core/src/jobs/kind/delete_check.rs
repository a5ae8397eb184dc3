use super::{JobKind, Slice};
use crate::ids::QueueName;

/// Remove for good what has been in the trash for longer than the settings allow. A singleton that goes on in slices.
#[derive(Debug, Clone, Copy)]
pub struct DeleteCheck;

impl JobKind for DeleteCheck {
    const NAME: &'static str = "AssetDeleteCheck";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = Slice;
}
