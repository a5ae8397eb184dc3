//! Decoding in a process apart, for formats that are read by native code or by large parsers.
//!
//! A decoder is a child of the worker, which is the worker's own program in a hidden mode: with a deadline, a limit of memory, none
//! of our secrets, and after it has started ([`Sandbox`](safelight_core::child::Sandbox)) no way to files, to the network or to other processes. It reads one file after
//! the other: tells the head, waits while the worker decides and makes room, and hands the picture over already shrunk. If it
//! crashes or hangs, one attempt of one job has failed, and the next file gets another one.

mod client;
pub(crate) mod fuzzing;
mod pool;
mod serve;
mod wire;

pub(crate) use pool::Decoder;
pub use pool::Decoders;
pub use serve::serve;

/// The hidden mode of the program in which it is the child.
pub const MODE: &str = "decode";
