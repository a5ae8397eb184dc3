use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Remove sessions that have ended or not been used for long. A singleton.
#[derive(Debug, Clone, Copy)]
pub struct SessionCleanup;

impl JobKind for SessionCleanup {
    const NAME: &'static str = "SessionCleanup";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = NoPayload;
}
