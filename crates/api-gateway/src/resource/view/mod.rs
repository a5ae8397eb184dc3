//! Assets by the folders their originals are in.

mod read;
pub(super) mod routes;
