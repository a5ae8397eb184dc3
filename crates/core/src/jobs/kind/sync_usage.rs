use super::{JobKind, Slice};
use crate::ids::QueueName;

/// Count every account's stored bytes anew. A singleton that goes on in slices.
#[derive(Debug, Clone, Copy)]
pub struct SyncUsage;

impl JobKind for SyncUsage {
    const NAME: &'static str = "UserSyncUsage";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = Slice;
}
