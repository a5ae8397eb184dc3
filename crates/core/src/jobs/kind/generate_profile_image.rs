use super::{JobKind, NoPayload};
use crate::ids::QueueName;

/// Make the small picture of a person from what they have uploaded. Keyed by the account's id.
#[derive(Debug, Clone, Copy)]
pub struct GenerateProfileImage;

impl JobKind for GenerateProfileImage {
    const NAME: &'static str = "UserGenerateProfileImage";
    const QUEUE: QueueName = QueueName::ThumbnailGeneration;
    type Payload = NoPayload;
}
