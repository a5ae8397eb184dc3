//! JPEG row by row, by libjpeg-turbo.
//!
//! The crates that bind libjpeg-turbo have its interface for whole pictures only. A worker that shrinks photos needs no whole
//! picture: rows that are used while they are still in the processor's cache cost less time, and next to no memory.
//! [`Reader`] gives rows, shrunk in the DCT where asked for, and [`PlaneReader`] the planes that the file has, without
//! enlarging its colours. [`write`] takes a picture and makes its Huffman tables from a sample.

mod ffi;
mod huffman;
mod planes;
mod raw;
mod reader;
#[cfg(test)]
mod tests;
mod writer;

pub use planes::{Plane, PlaneReader, Room};
pub use reader::{Channels, Damage, ReadError, Reader};
pub use writer::{Output, Picture, WriteError, write};
