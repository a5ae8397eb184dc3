//! How Safelight speaks HTTP, whatever the resource. It knows no state of the program, no person and no row.
//!
//! [`strict`] sees to line ends before the parser does, [`canonical`] to letter case and trailing slash of the path. A handler gets
//! validated inputs ([`params`], [`query`], [`body`], all described by [`validate`]) and answers `Result<HttpResponse, ApiError>`: the good
//! half by [`reply`], files by [`file`] and [`zip`], the bad half by [`error`], which is the one place that turns failures into statuses and bodies.
//! [`client`] says who is at the other end.
//!
//! Two things are application data of the server: [`body::Bodies`] and [`proxies::TrustedProxies`]. Whoever lets a request in
//! adds [`body::Sender`] to its extensions.

pub mod body;
mod body_memory;
pub mod canonical;
pub mod client;
pub mod content;
pub mod encoding;
pub mod error;
pub mod file;
pub mod json;
pub mod limits;
pub mod params;
pub mod proxies;
pub mod query;
pub mod reply;
pub mod strict;
mod trim;
pub mod validate;
pub mod zip;
