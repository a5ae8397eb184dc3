//! The timeline: how many assets each month has, and the assets of one month.
//!
//! Both answers are one SQL statement over the indexes made for them. What somebody asks of their own
//! library is kept ([`crate::answers`]) and made anew where it was touched, month by month.

mod filter;
mod kept;
mod months;
mod photo;
mod read;
pub(super) mod routes;
mod wire;
