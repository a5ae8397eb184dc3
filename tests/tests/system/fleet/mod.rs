//! The fleet: who belongs to it, what an admin sees of it and can change.

mod chores;
mod jobs;
mod limits;
mod members;
mod orders;
mod waiting;
mod zones;
