//! Albums: who has them, what is in them.

mod add;
mod people;
mod read;
mod remove;
pub(crate) mod routes;
mod view;
mod wire;
mod write;

pub(crate) use add::insert;
