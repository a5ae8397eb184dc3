//! Zip archives as they are sent: file after file, without knowing the end, without going back.
//!
//! Files are stored as they are. The checksum and the size of each follow it in a data descriptor (flag 8), so nothing is
//! read twice and nothing is kept but the list of names for the directory at the end. Sizes, offsets and counts beyond
//! the old limits are written as zip64, each only where it is needed.

mod clock;
mod names;
mod record;
mod writer;

pub use names::Names;
pub use writer::Writer;
