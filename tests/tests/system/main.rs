//! The system tests: one binary, so that the servers start once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test fails by panicking and speaks through its output"
)]

mod albums;
mod architecture;
mod assets;
mod engine;
mod foreign;
mod gateway;
mod harness;
mod launcher;
mod metadata;
mod queues;
mod recorded;
mod settings;
mod timeline;
