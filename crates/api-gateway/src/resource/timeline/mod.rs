//! The timeline: how many assets each month has, and the assets of one month.
//!
//! Both answers are one SQL statement over the indexes made for them, and Postgres builds their JSON in the same pass: for
//! a month of 10,000 assets that is one column of text instead of 200,000 values to decode and to write again.

mod columns;
mod filter;
mod read;
pub(super) mod routes;
mod wire;
