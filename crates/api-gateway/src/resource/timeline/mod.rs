//! The timeline: how many assets each month has, and the assets of one month.
//!
//! Both answers are one SQL statement over the indexes made for them. Postgres builds the JSON of a month in the same pass: for
//! 10,000 assets that is one column of text instead of 200,000 values to decode and to write again. What somebody asks of their own
//! library is kept ([`crate::answers`]) and made anew where it was touched, month by month.

mod columns;
mod filter;
mod kept;
mod months;
mod read;
pub(super) mod routes;
mod wire;
