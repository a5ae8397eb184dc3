//! What a client asks about the installation itself, most of it before anybody has logged in.

mod about;
mod config;
mod license;
mod own_page;
mod page;
pub(crate) mod routes;
mod statistics;
mod storage;
