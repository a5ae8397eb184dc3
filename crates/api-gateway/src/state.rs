//! What the handlers share. Cheap to clone: every worker thread of the server holds one.

use std::sync::Arc;

use safelight_core::{
    config::ServiceConfig,
    db::{self, DbError, Pool},
};

use crate::{
    access::{attempts::Attempts, password::Passwords},
    config::GatewayConfig,
    http::{client::TrustedProxies, limits::HttpLimits},
};

/// The state of the application; handlers take `web::Data<AppState>`.
#[derive(Clone)]
pub(crate) struct AppState {
    /// Connections to Postgres.
    pub(crate) pool: Pool,
    /// The configuration every service has.
    pub(crate) config: Arc<ServiceConfig>,
    /// Limits of requests.
    pub(crate) http: HttpLimits,
    /// Whose forwarded headers are believed.
    pub(crate) trusted_proxies: TrustedProxies,
    /// Hashing of passwords and PINs.
    pub(crate) passwords: Passwords,
    /// Failed logins.
    pub(crate) attempts: Attempts,
}

impl AppState {
    /// The state of one process.
    ///
    /// # Errors
    /// The pool cannot be set up; it does not connect yet.
    pub(crate) fn new(config: GatewayConfig) -> Result<Self, DbError> {
        Ok(Self {
            pool: db::pool(&config.service.database, config.service.database.pool_size)?,
            config: Arc::new(config.service),
            http: config.http,
            trusted_proxies: config.trusted_proxies,
            passwords: Passwords::new(),
            attempts: config.attempts,
        })
    }
}
