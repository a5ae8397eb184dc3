//! Reading what a client sent, and telling it what is wrong with it.
//!
//! Clients show the `message` texts of the answers to people and some compare them, so an invalid body, query or path
//! is answered with the same list of issues that Immich's validator (Zod 4) makes: see `recorded/` in the contract.
//!
//! A resource describes each input as a struct that can be read field by field, in the order of the contract:
//!
//! ```ignore
//! struct NewKey { name: Option<String>, permissions: Vec<Permission> }
//!
//! impl Shape for NewKey {
//!     fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
//!         let name = fields.read("name", text().optional());
//!         let permissions = fields.read("permissions", list(Bound::Words, choice(&PERMISSIONS)).min(1));
//!         Some(Self { name: name?, permissions: permissions? })
//!     }
//! }
//! ```
//!
//! Every field is read before the first `?`, so one answer names every mistake. A handler then takes [`Body<NewKey>`],
//! `Query<..>` or `Params<..>` and sees only valid values. Unknown fields are dropped.
//!
//! Nothing is without a [`Bound`]: a list names its own, a text has [`Bound::Text`] unless it names another, and after
//! [`Bound::Issues`] mistakes the search ends.
//!
//! The rules: [`text`], [`name`], [`email`], [`new_password`], [`given_password`], [`uuid`], [`pattern`], [`word`], [`choice`], [`literal`], [`integer`], [`number`],
//! [`boolean`], [`instant`], [`date`], [`list`], [`object`], [`record`], [`json_text`]; for queries
//! [`query_boolean`], [`query_integer`], [`query_number`]. All of them take `.optional()`, `.nullable()`,
//! `.nullish()` and `.or(default)`.
//!
//! [`Body<NewKey>`]: crate::http::body::Body

#![cfg_attr(
    not(test),
    allow(
        dead_code,
        unused_imports,
        reason = "a complete set of rules, for resources to come as well"
    )
)]

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
mod text;
mod time;

pub(crate) use bounds::{Bound, Bounds};
pub(crate) use choice::{Choices, boolean, choice, query_boolean, word};
pub(crate) use compound::{json_text, object, record};
pub(crate) use fields::{Fields, Shape, read};
pub(crate) use issue::{Issue, Issues, Step};
pub(crate) use list::list;
pub(crate) use numeric::{Integer, integer, number, query_integer, query_number};
pub(crate) use password::{given_password, new_password};
pub(crate) use rule::{Place, Rule};
pub(crate) use text::{any_uuid, email, name, pattern, text, uuid};
pub(crate) use time::{date, instant};

#[cfg(test)]
mod tests;
