//! System tests of Safelight: a harness that runs the real binaries on a real Postgres and Redis of their own.
//!
//! One test process starts one Postgres and one Redis ([`servers`]); every test gets a database copied from a migrated
//! template and a key prefix of its own, starts the binaries it needs ([`system`]) and talks to them over HTTP ([`client`]).
//! Nothing outlives the process: children die with it, and a janitor removes its folder.

#![allow(
    clippy::print_stderr,
    reason = "a test harness speaks through the output of the test"
)]

pub mod archive;
pub mod bench;
pub mod binaries;
pub mod chaos;
pub mod client;
pub mod contract;
pub mod media;
pub mod million;
pub mod ports;
pub mod process;
pub mod proxy;
pub mod replay;
pub mod scripted;
pub mod seed;
pub mod servers;
pub mod socket;
pub mod strace;
pub mod system;
pub mod wait;

pub use client::{Answer, Client};
pub use process::Signal;
pub use system::{Kind, TestSystem};
pub use wait::{wait_until, wait_until_for};
