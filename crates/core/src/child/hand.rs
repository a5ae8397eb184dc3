//! Files that a child gets open, so that it needs no way to where they lie.

use std::fs::File;
use std::os::fd::AsRawFd as _;
use std::path::PathBuf;

/// The name by which a child finds a file that was [handed](super::ChildSpec::hand) to it: that of its descriptor. Opening it again
/// gives a descriptor with a position of its own, as libraries want that take names only.
pub fn handed(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}
