//! Reading what a client sent, and telling it what is wrong with it.
//!
//! Clients show the `message` texts of the answers to people and some compare them, so an invalid body, query or path
//! is answered with the same list of issues that Immich's validator (Zod 4) makes: see `recorded/` in the contract.
//!
//! A resource describes each input as one list of fields with their rules, in the order of the contract:
//!
//! ```text
//! shape! {
//!     struct NewKey {
//!         name: Option<String> = "name", text().optional();
//!         permissions: Vec<Permission> = "permissions", list(Bound::Words, choice(&PERMISSIONS)).min(1);
//!     }
//! }
//! ```
//!
//! Where rules are not enough it implements [`Shape`] by hand and reads field by field.
//!
//! Every field is read before the value is built, so one answer names every mistake. A handler then takes [`Body<NewKey>`],
//! `Query<..>` or `Params<..>` and sees only valid values. Unknown fields are dropped.
//!
//! Nothing is without a [`Bound`]: a list names its own, a text has [`Bound::Text`] unless it names another, and after
//! [`Bound::Issues`] mistakes the search ends.
//!
//! The rules: [`text`], [`name`], [`email`], [`new_password`], [`given_password`], [`uuid`], [`pattern`], [`word`], [`choice`], [`literal`], [`integer`], [`number`],
//! [`boolean`], [`instant`], [`date`], [`list`], [`object`], [`record`], [`json_text`]; for queries
//! [`query_boolean`], [`query_integer`], [`query_number`]. All of them take `.optional()`, `.nullable()`,
//! `.nullish()`, `.or(default)` and `.map(function)`.
//!
//! [`Body<NewKey>`]: crate::body::Body

mod bounds;
mod choice;
mod compound;
mod fields;
mod issue;
mod list;
mod nul;
mod numeric;
mod password;
mod presence;
mod rule;
mod shape;
mod text;
mod time;

pub use bounds::{Bound, Bounds};
pub use choice::{Choices, boolean, choice, query_boolean, word};
pub use compound::{json_text, object, object_of, record};
pub use fields::{Fields, Shape, read};
pub use issue::{Issue, Issues, Step};
pub use list::list;
pub use numeric::{Integer, integer, number, query_integer, query_number};
pub use password::{given_password, new_password};
pub use rule::{Place, Rule};
pub use shape::shape;
pub use text::{any_uuid, email, name, pattern, text, uuid};
pub use time::{date, instant};

#[cfg(test)]
mod tests;
