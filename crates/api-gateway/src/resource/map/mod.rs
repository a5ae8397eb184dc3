//! The map: where pictures were taken.

mod read;
pub(super) mod routes;
mod wire;

pub(super) use wire::Marker;
