//! Reading and writing tags with `ExifTool`, which is a large parser of strangers' bytes written in Perl.
//!
//! One Perl loads the whole library once ([`server`], `server.pl`), closes its doors, and forks for each file. A fork is given
//! the open file by descriptor, takes on limits of memory and processor time and a narrower filter of system calls, answers,
//! and ends: it can open nothing, connect to nothing, start nothing, and no byte of one file is ever seen by the process that
//! reads the next. `filter` is the list of what the two may ask of the kernel.

mod error;
mod filter;
mod limits;
mod order;
mod server;
#[cfg(test)]
mod tests;
mod text;
mod tool;

pub(crate) use error::ExifToolError;
pub(crate) use limits::Limits;
pub(crate) use order::Assignment;
pub(crate) use tool::{ExifTool, Source};
