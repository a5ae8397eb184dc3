//! What this machine can encode and decode: listed when the worker starts, and tried once it works.
//!
//! That an element is installed does not prove that its driver works, and a broken driver crashes or hangs, so each is tried in
//! a [`child`] of its own with a deadline. What failed is set aside in [`Known`]: no job uses it, and the fleet is told why.

pub mod child;
mod known;
mod list;
mod run;
mod verdict;

pub use known::Known;
pub use list::list;
pub use run::run;
pub use verdict::Verdict;
