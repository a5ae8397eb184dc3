use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Remove notifications that nobody will look at any more. A singleton.
#[derive(Debug, Clone, Copy)]
pub struct NotificationsCleanup;

impl JobKind for NotificationsCleanup {
    const NAME: &'static str = "NotificationsCleanup";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = NoPayload;
}
