//! Accounts: one's own, and what others may see of them; preferences and onboarding.

pub(crate) mod heatmap;
mod limits;
pub(crate) mod preferences;
mod profile_image;
mod read;
pub(crate) mod routes;
mod row;
mod wire;
mod write;

pub(crate) use limits::AccountLimits;
pub(crate) use preferences::download_preferences;
pub(crate) use read::any as any_user;
pub(crate) use row::UserRow;
pub(crate) use wire::{COLORS, LicenseKey, admin_view, admin_views, color_of};
