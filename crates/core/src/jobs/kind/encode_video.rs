use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Make the playable video of an asset, where the policy asks for one.
#[derive(Debug, Clone, Copy)]
pub struct EncodeVideo;

impl JobKind for EncodeVideo {
    const NAME: &'static str = "AssetEncodeVideo";
    const QUEUE: QueueName = QueueName::VideoConversion;
    type Payload = NoPayload;
}
