//! A worker whose jobs do what their payload says: for tests of the engine with real processes.

mod kind;
mod worker;

pub use kind::{Errand, Order, Script, Then};
pub use worker::work;
