//! Who is calling, and what they may do.
//!
//! Each route names its [`Access`]; the [`gate`] in front of it finds the credentials ([`credentials`]), turns them
//! into an [`Auth`] by the database ([`lookup`]) and refuses what the route does not allow. Handlers take `Auth` as an
//! argument. Questions about single things ("may this user see this asset") are answered by functions of this module,
//! one file per kind of thing, in one statement over all ids asked about; a thing that is absent and one that is
//! another's look the same from outside: 400 `Not found or no <permission> access`.
//!
//! Nothing secret is stored: see [`safelight_credentials`]. Whoever proves that they know one goes through [`prove`], where guessing is slowed ([`attempts`]).

pub(crate) mod album;
pub(crate) mod asset;
pub(crate) mod attempts;
mod auth;
pub(crate) mod cookies;
mod credentials;
mod cross_site;
pub(crate) mod device;
mod gate;
mod known;
mod lookup;
pub(crate) mod password;
mod permission;
mod proof;

pub(crate) use auth::{Auth, AuthKey, AuthSession, AuthUser, Via};
pub(crate) use gate::{Access, by_headers, gate};
pub(crate) use known::open_login_in;
pub(crate) use permission::{PERMISSIONS, Permission};
pub(crate) use proof::prove;
pub(crate) use safelight_credentials::token;
