//! The shared core of Safelight, in rooms. Each room may import only rooms that stand before it in this list:
//!
//! [`config`], [`crash`], [`ids`], [`formats`], [`tls`] → [`db`] → [`settings`] → [`media`] → [`events`] → [`jobs`] → [`fleet`] → [`child`]
//! → [`telemetry`] → [`service`].
//!
//! The core knows neither the HTTP server nor any codec: those belong to the binaries.

pub mod child;
pub mod config;
pub mod crash;
pub mod db;
pub mod events;
pub mod fleet;
pub mod formats;
pub mod ids;
pub mod jobs;
pub mod media;
pub mod service;
pub mod settings;
pub mod telemetry;
pub mod tls;
