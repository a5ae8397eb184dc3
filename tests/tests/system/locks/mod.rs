//! Writers of the same rows: they lock in one order, and who meets another all the same is tried again.

mod german;
mod order;
mod patience;
mod sqlstate;
