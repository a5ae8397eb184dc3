//! HEIC and AVIF, decoded by libheif in a process of its own.
//!
//! libheif and the codecs under it are native code that reads untrusted files. They run in a child of the worker, which is the
//! worker's own program in a hidden mode: with a deadline, limits of memory and processor time, and none of our secrets. One
//! child reads one file. It tells the head, waits while the worker decides and makes room, and hands the picture over already
//! shrunk. If it crashes or hangs, one attempt of one job has failed.

mod client;
mod decode;
mod serve;
mod wire;

pub use serve::serve;

pub(crate) use client::Decoder;
pub(crate) use wire::Ask;

/// The hidden mode of the program in which it is the child.
pub const MODE: &str = "decode-heif";
