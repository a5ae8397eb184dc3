//! Logs, metrics and health of every binary.

mod health;
mod logs;

pub use health::{Health, HealthServer, HealthState};
pub use logs::init_logs;
