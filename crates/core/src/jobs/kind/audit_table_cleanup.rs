use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Forget deletions that everybody who mirrors rows has had time to read. A singleton.
#[derive(Debug, Clone, Copy)]
pub struct AuditTableCleanup;

impl JobKind for AuditTableCleanup {
    const NAME: &'static str = "AuditTableCleanup";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = NoPayload;
}
