//! What a restore looks at before it begins.

mod install;
mod routes;

pub(crate) use routes::routes;
