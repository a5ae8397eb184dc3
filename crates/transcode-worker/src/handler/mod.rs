//! What this worker does: one kind of job.

mod asset;
mod check;
mod driver;
mod encode_video;
mod publish;
mod reports;
mod room;

pub use encode_video::TranscodeHandler;
pub use room::room;
