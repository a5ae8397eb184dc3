//! The client of `exiftool -stay_open`: one Perl process answers for many files, so that its start (a quarter of a second)
//! is paid once.
//!
//! A process is started on first use, works on one file at a time under a deadline, is killed when it fails to answer, and
//! ends after a minute without work. Arguments go to it line by line, so a name with a line break is refused.

mod command;
mod error;
mod pool;
mod process;

pub(crate) use command::Assignment;
pub(crate) use error::ExifToolError;
pub(crate) use pool::{ExifTool, Limits};
