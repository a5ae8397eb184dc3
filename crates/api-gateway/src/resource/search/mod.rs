//! Finding assets: by what is known of them, by chance, by size; and what may be looked for.
//!
//! A question becomes conditions ([`filter`]) and a statement over the indexes made for them ([`statement`]) that gives the
//! ids of a page; their rows are read by these ids. One finds only one's own, never what is locked without the PIN.

mod chance;
mod explore;
mod filter;
mod places;
mod read;
pub(super) mod routes;
mod statement;
mod suggest;
mod wire;
mod words;
