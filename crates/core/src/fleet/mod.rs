//! The machines and processes that do the work: their rows, their slots and their beats.

mod beat_thread;
mod chore;
mod chores;
mod hours;
mod machine;
mod member;
mod node;
mod order;
mod pace;
mod slots;
mod touch;

pub use beat_thread::{BeatSetup, BeatThread};
pub use chore::{Chore, ChoreRun, chore_runs};
pub use chores::{ChoreSetup, Chores};
pub use hours::{Hours, HoursError};
pub use machine::machine_facts;
pub use member::{Member, members};
pub use node::{NodeInfo, announce, register, retire, tidy};
pub use order::{MOST_SLOTS, OrderChange, order};
pub use slots::apply_slots;
pub use touch::Touch;
