//! Video for Safelight: what `GStreamer` on this machine can do, and what is in a file.
//!
//! Decoders and drivers hang and crash, so nothing here that touches `GStreamer` is called by a service itself. A worker starts
//! its `main` with [`run_helper`], and asks by [`VideoHelper`], which runs the worker's own binary as a child with a deadline.

mod allowed;
mod boxes;
mod codec;
mod coder;
mod error;
mod film;
mod frame;
mod helper;
mod libav;
mod limits;
mod line;
mod probe;
mod tone;
mod traits;
mod view;

pub use allowed::{holds_film, keep_allowed, sandbox};
pub use boxes::{BoxHead, BoxPlace, BoxWalk, LONGEST_HEAD, first_box};
pub use codec::Codec;
pub use coder::{Coder, Direction, coders};
pub use error::{Refusal, VideoError};
pub use film::{Coded, Heard, Player, Shown, Taken};
pub use frame::{Frame, FrameShape, frame_memory};
pub use helper::{VideoHelper, run_helper};
pub use libav::last_words;
pub use limits::VideoLimits;
pub use tone::{HdrTransfer, ToneMap};
pub use traits::{AudioTraits, MediaTraits, VideoTraits};
pub use view::{Eyes, Projection, Sphere, View};
