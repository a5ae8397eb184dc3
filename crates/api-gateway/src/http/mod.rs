//! How the gateway speaks HTTP, whatever the resource.
//!
//! A request passes, from the outside in: [`finish`] (headers of every answer, ETag, 304, compression), [`canonical`]
//! (letter case and trailing slash of the path), then the [`routes`] table, whose gate checks credentials and
//! permissions ([`crate::access`]) before anything of the request is read, and at last the handler with its
//! validated inputs: [`params`], [`query`], [`body`].
//!
//! Handlers answer `Result<HttpResponse, ApiError>`: the good half by [`reply`], the bad half by [`error`], which is
//! the one place that turns failures into statuses and bodies.

pub(crate) mod body;
pub(crate) mod body_memory;
pub(crate) mod canonical;
pub(crate) mod client;
pub(crate) mod content;
pub(crate) mod encoding;
pub(crate) mod error;
pub(crate) mod file;
pub(crate) mod finish;
pub(crate) mod json;
pub(crate) mod limits;
pub(crate) mod params;
pub(crate) mod proxies;
pub(crate) mod query;
pub(crate) mod reply;
pub(crate) mod routes;
pub(crate) mod strict;
mod trim;
pub(crate) mod unnamed_proxies;
pub(crate) mod validate;
pub(crate) mod zip;
