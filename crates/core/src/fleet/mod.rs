//! The machines and processes that do the work: their rows, their slots and their beats.

mod beat_thread;
mod node;
mod slots;
mod touch;

pub use beat_thread::{BeatSetup, BeatThread};
pub use node::{NodeInfo, register, retire, tidy};
pub use slots::apply_slots;
pub use touch::Touch;
