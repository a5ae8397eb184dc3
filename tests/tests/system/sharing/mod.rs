//! One person and all the others: what a greedy one takes, and what is left.

mod pool;
mod sets;
