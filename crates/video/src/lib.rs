//! Video for Safelight: what `GStreamer` on this machine can do.
//!
//! Nothing here is called by a service directly: drivers hang and crash, so it runs in a child process with a deadline
//! (see `safelight_core::child`), and speaks JSON.

mod encoder;
mod error;
mod traits;

pub use encoder::{Codec, Encoder, encoders};
pub use error::VideoError;
pub use traits::{AudioTraits, MediaTraits, VideoTraits};
