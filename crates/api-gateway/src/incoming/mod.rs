//! Files that clients send: read in pieces that must keep coming, declared before their first byte ([`claims`]), refused in
//! a way that clients see ([`drain`]).

pub(crate) mod claims;
pub(crate) mod drain;
mod name;
mod parts;
mod room;

pub(crate) use name::clean_name;
pub(crate) use parts::{Refusal, next_part, next_piece};
pub(crate) use room::require_room;
