use std::sync::Arc;

use uuid::Uuid;

use super::error::ServiceError;
use super::worker::WorkerBuilder;
use crate::config::{Env, ServiceConfig};
use crate::db::{self, Planning, Pool};
use crate::events::{CommandPool, EventBus};
use crate::jobs::Waker;
use crate::media::LocalStore;
use crate::settings::{Settings, SettingsFile};
use crate::telemetry::init_logs;

/// What every service has once it has started.
#[derive(Clone)]
pub struct Service {
    /// The binary's name.
    pub name: &'static str,
    /// New at every start.
    pub boot: Uuid,
    /// The environment, for what only this service reads.
    pub env: Env,
    /// What all services read.
    pub config: ServiceConfig,
    /// Postgres.
    pub pool: Pool,
    /// Redis, for short commands.
    pub commands: CommandPool,
    /// Wakes consumers.
    pub waker: Waker,
    /// Tells open pages.
    pub bus: EventBus,
    /// The system settings, followed live once the service is a member of the fleet.
    pub settings: Settings,
}

impl Service {
    /// Reads the environment, starts logging, reads the file of settings, waits for the schema and loads the settings.
    pub async fn start(name: &'static str) -> Result<Self, ServiceError> {
        Self::start_with(name, Planning::AsNeeded, |file| file).await
    }

    /// [`Service::start`] for what works at jobs: it keeps no secret of the settings.
    pub async fn start_worker(name: &'static str) -> Result<Self, ServiceError> {
        Self::start_with(name, Planning::Once, SettingsFile::without_secrets).await
    }

    async fn start_with(
        name: &'static str,
        planning: Planning,
        kept: fn(SettingsFile) -> SettingsFile,
    ) -> Result<Self, ServiceError> {
        let env = Env::process();
        let mut config = ServiceConfig::from_env(&env)?;
        init_logs(&config.log)?;
        config.database.params.application_name(format!("safelight {name}"));
        tracing::info!(
            service = name,
            version = env!("CARGO_PKG_VERSION"),
            host = config.node_name,
            "starting"
        );
        let file = config.settings_file.as_deref().map(SettingsFile::read).transpose()?;
        db::wait_for_schema(&config.database).await?;
        let pool = db::pool(&config.database, config.database.pool_size, planning)?;
        let settings = Settings::load(&mut *pool.get_at_last().await, file.map(kept)).await?;
        let commands = CommandPool::new(&config.redis)?;
        Ok(Self {
            name,
            boot: Uuid::new_v4(),
            env,
            waker: Waker::new(commands.clone(), config.redis.clone()),
            bus: EventBus::new(commands.clone(), &config.redis),
            commands,
            pool,
            settings,
            config,
        })
    }

    /// Opens the media location, once its markers have been found to be those of this database.
    ///
    /// # Errors
    /// When it is another's, is not there, or the database does not answer.
    pub async fn open_store(&self) -> Result<Arc<LocalStore>, ServiceError> {
        let mut conn = self.pool.get_at_last().await;
        Ok(Arc::new(LocalStore::open(&self.config.media, &mut conn).await?))
    }

    /// A worker to which handlers are added before it runs.
    pub fn worker(&self) -> WorkerBuilder {
        WorkerBuilder::new(self.clone())
    }
}
