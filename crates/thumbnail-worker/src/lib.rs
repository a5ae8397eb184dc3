//! The thumbnail worker: one photo in, a preview, a thumbnail and a thumbhash out.
//!
//! [`pipeline`] is the product: a list of small steps from bytes to bytes that knows neither the database nor a file system.
//! [`maker`] gives it room and, in [`heif`], a process of its own for what libheif reads. [`handler`] runs it for a job, publishes the files and the rows, and queues what follows.

pub mod config;
pub mod door;
pub mod handler;
pub mod heif;
pub mod maker;
pub mod pipeline;
