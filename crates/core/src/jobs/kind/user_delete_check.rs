use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Remove accounts that were deleted longer ago than the settings keep them. A singleton.
#[derive(Debug, Clone, Copy)]
pub struct UserDeleteCheck;

impl JobKind for UserDeleteCheck {
    const NAME: &'static str = "UserDeleteCheck";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = NoPayload;
}
