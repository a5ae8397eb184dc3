//! Helper processes: decoders, `exiftool`, the services of `safelight up`.
//!
//! No child outlives its parent. Three things see to it: the kernel signals the direct child when the spawning thread
//! ends (so all children are spawned by one thread that lives as long as the process), the child checks right after
//! asking for that signal that its parent is still there, and a pipe whose other end only the parent holds ends children
//! that watch it. A child leads a process group of its own, so that a deadline ends its helpers too.
//!
//! The environment of a child is clean unless [`ChildSpec::inherit_env`] asks for ours: a decoder of untrusted files has
//! no business with the password of the database.

mod error;
mod hand;
mod handle;
mod lateness;
mod life;
mod output;
mod sandbox;
mod spawner;
mod spec;
#[cfg(test)]
mod tests;

pub use error::ChildError;
pub use hand::handed;
pub use handle::{Child, describe_exit};
pub use lateness::{Excuse, Hindrance};
pub use life::{LIFE_FD, end_with_parent, own_output};
pub use output::Output;
pub use rustix::process::Signal;
pub use sandbox::{Locks, Sandbox};
pub use spec::{ChildSpec, Stream};
