use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Remove an account whose status is `removing`, with everything it owns. Keyed by the account's id; goes on in steps.
#[derive(Debug, Clone, Copy)]
pub struct UserDelete;

impl JobKind for UserDelete {
    const NAME: &'static str = "UserDelete";
    const QUEUE: QueueName = QueueName::BackgroundTask;
    type Payload = NoPayload;
}
