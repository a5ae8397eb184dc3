use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Write what a person has set by hand into an asset's sidecar, then read its metadata.
#[derive(Debug, Clone, Copy)]
pub struct SidecarWrite;

impl JobKind for SidecarWrite {
    const NAME: &'static str = "SidecarWrite";
    const QUEUE: QueueName = QueueName::Sidecar;
    type Payload = NoPayload;
}
