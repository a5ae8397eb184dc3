//! The shared core of Safelight, in rooms. Each room may import only rooms that stand before it in this list:
//!
//! [`config`], [`ids`], [`formats`] → [`db`] → [`settings`] → [`media`] → [`events`] → [`jobs`] → [`fleet`] → [`child`]
//! → [`telemetry`].
//!
//! The core knows neither the HTTP server nor any codec: those belong to the binaries.

pub mod child;
pub mod config;
pub mod db;
pub mod events;
pub mod formats;
pub mod ids;
pub mod jobs;
pub mod media;
pub mod settings;
