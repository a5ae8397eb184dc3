//! Accounts: one's own, and what others may see of them; preferences and onboarding.

mod preferences;
mod read;
pub(crate) mod routes;
mod row;
mod wire;
mod write;

pub(crate) use row::UserRow;
pub(crate) use wire::{LicenseKey, admin_view, color_of};
