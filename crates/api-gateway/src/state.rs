//! What the handlers share. Cheap to clone: every thread of the server holds one.

use std::{sync::Arc, time::Duration};

use safelight_core::{
    config::ServiceConfig,
    db::DbError,
    events::{Event, EventBus},
    jobs::{Waker, Wakes},
    media::{LocalStore, MediaStore},
    service::Service,
    settings::{Settings, SystemConfig},
};
use uuid::Uuid;

use crate::{
    access::{attempts::Attempts, password::Passwords},
    answers::Answers,
    config::GatewayConfig,
    door::{self, Connection, Door},
    http::limits::HttpLimits,
    live::Sockets,
    resource::{queue::counts::LargeCounts, system_config::MailServers, user::AccountLimits},
    unnamed_proxies::UnnamedProxies,
    web_root::WebRoot,
};

/// The state of the application; handlers take `web::Data<AppState>`.
#[derive(Clone)]
pub(crate) struct AppState {
    /// Names this process: the owner of the files it is about to write.
    pub(crate) boot: Uuid,
    /// Connections to Postgres, shared out.
    pub(crate) pool: Door,
    waker: Waker,
    bus: EventBus,
    /// The system settings, always the newest this process knows.
    pub(crate) settings: Settings,
    /// Where media files are.
    pub(crate) media: Arc<dyn MediaStore>,
    /// What every service reads from the environment.
    pub(crate) config: Arc<ServiceConfig>,
    /// The sockets that are open here.
    pub(crate) sockets: Arc<Sockets>,
    /// Limits of requests.
    pub(crate) http: HttpLimits,
    /// Limits of accounts.
    pub(crate) accounts: AccountLimits,
    /// Who forwards without being named.
    pub(crate) unnamed_proxies: UnnamedProxies,
    /// The web app; none means the built-in pages.
    pub(crate) web_root: Option<WebRoot>,
    /// Hashing of passwords and PINs.
    pub(crate) passwords: Passwords,
    /// Attempts at secrets.
    pub(crate) attempts: Attempts,
    /// Finished answers.
    pub(crate) answers: Answers,
    /// How long a transaction may hold readers of the feed back before it is named.
    pub(crate) feed_hold: Duration,
    /// Looking for mail servers.
    pub(crate) mail_servers: MailServers,
    /// Counters of large queues.
    pub(crate) queue_counts: LargeCounts,
}

impl AppState {
    /// The state of a service that has started.
    pub(crate) fn new(
        service: &Service,
        config: GatewayConfig,
        media: LocalStore,
        sockets: Arc<Sockets>,
        web_root: Option<WebRoot>,
    ) -> Self {
        Self {
            boot: service.boot,
            pool: Door::new(service.pool.clone(), &config.door),
            waker: service.waker.clone(),
            bus: service.bus.clone(),
            settings: service.settings.clone(),
            media: Arc::new(media),
            attempts: Attempts::new(config.attempts, service.commands.clone(), &service.config.redis),
            config: Arc::new(service.config.clone()),
            sockets,
            http: config.http,
            accounts: config.accounts,
            unnamed_proxies: UnnamedProxies::default(),
            web_root,
            passwords: Passwords::new(&config.hashes),
            mail_servers: MailServers::new(config.mail_patience),
            answers: Answers::new(config.answers),
            feed_hold: config.feed_hold,
            queue_counts: LargeCounts::default(),
        }
    }

    /// A connection to Postgres.
    ///
    /// # Errors
    /// None could be had in time.
    pub(crate) async fn conn(&self) -> Result<Connection, DbError> {
        self.pool.get().await
    }

    /// Wakes workers, after the commit. No connection may be held.
    pub(crate) async fn wake(&self, wakes: Wakes) {
        door::outside("Redis");
        self.waker.send(wakes).await;
    }

    /// Tells open pages what happened, after the commit. No connection may be held.
    pub(crate) async fn publish(&self, events: &[Event]) {
        door::outside("Redis");
        self.bus.publish(events).await;
    }

    /// The settings in force; take them once per request.
    pub(crate) fn system_config(&self) -> Arc<SystemConfig> {
        self.settings.current()
    }
}
