//! Who sees what: every route for every kind of caller, and what follows from one half of a live photo for the other.

mod callers;
mod halves;
mod leaks;
mod members;
mod open;
mod requests;
mod rows;
mod rule;
mod table;
mod world;
