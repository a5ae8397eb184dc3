use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Find the sidecar of an asset, then read its metadata.
#[derive(Debug, Clone, Copy)]
pub struct SidecarCheck;

impl JobKind for SidecarCheck {
    const NAME: &'static str = "SidecarCheck";
    const QUEUE: QueueName = QueueName::Sidecar;
    type Payload = NoPayload;
}
