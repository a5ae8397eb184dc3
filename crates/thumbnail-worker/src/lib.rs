//! The thumbnail worker: one photo in, a preview, a thumbnail and a thumbhash out.
//!
//! [`pipeline`] is the product: a list of small steps from bytes to bytes that knows neither the database nor a file system.
//! [`maker`] gives it room and, by [`decoder`], processes apart for formats that are risky to read. [`handler`] runs it for a job,
//! publishes the files and the rows, and queues what follows.

pub mod config;
pub mod decoder;
pub mod door;
#[doc(hidden)]
pub mod fuzzing;
pub mod handler;
pub mod maker;
pub mod pipeline;
mod reason;
pub mod source;
