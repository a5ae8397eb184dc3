//! The metadata worker: rows from files.

mod exiftool;
mod extract;
mod sidecar;
mod tags;

fn main() {}
