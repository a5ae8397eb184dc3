//! What this worker does: one kind of job.

mod asset;
mod check;
mod driver;
mod encode_video;
mod files;
mod publish;
mod reports;
mod room;
mod samples;
mod scratch;

pub use encode_video::TranscodeHandler;
pub use room::room;
pub use scratch::sweep;
