//! What a system consists of.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Result;

use super::{Kind, Place, TestSystem};
use crate::servers::{Postgres, Redis, TestDatabase, shared_postgres, shared_redis};

/// Which Postgres a system uses.
#[derive(Clone, Copy)]
enum Server {
    Shared,
    Own,
    Durable,
    Counting,
    German,
    Crowded(u32),
}

impl Server {
    async fn start(self, address: Option<&str>) -> Result<Arc<Postgres>> {
        match (address, self) {
            (Some(address), _) => Postgres::start_on(address).await,
            (None, Self::Shared) => shared_postgres().await,
            (None, Self::Own) => Postgres::start().await,
            (None, Self::Durable) => Postgres::start_durable().await,
            (None, Self::German) => Postgres::start_german().await,
            (None, Self::Counting) => Postgres::start_counting().await,
            (None, Self::Crowded(connections)) => Postgres::start_crowded(connections).await,
        }
    }
}

/// Describes a [`TestSystem`].
pub struct Builder {
    gateways: usize,
    workers: Vec<Kind>,
    env: Vec<(String, String)>,
    postgres: Server,
    own_redis: bool,
    reached_at: Option<Option<String>>,
    media: Option<PathBuf>,
    database: Option<TestDatabase>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            gateways: 1,
            workers: Vec::new(),
            env: Vec::new(),
            postgres: Server::Shared,
            own_redis: false,
            reached_at: None,
            media: None,
            database: None,
        }
    }
}

impl Builder {
    /// How many gateways run.
    #[must_use]
    pub fn gateways(mut self, count: usize) -> Self {
        self.gateways = count;
        self
    }

    /// Adds workers, one of each kind named.
    #[must_use]
    pub fn workers(mut self, kinds: &[Kind]) -> Self {
        self.workers.extend_from_slice(kinds);
        self
    }

    /// Adds a metadata worker and a thumbnail worker: what a photo needs.
    #[must_use]
    pub fn photo_workers(self) -> Self {
        self.workers(&[Kind::MetadataWorker, Kind::ThumbnailWorker])
    }

    /// Sets a variable for all services.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// A Postgres server of its own, for a test that stops it.
    #[must_use]
    pub fn own_postgres(mut self) -> Self {
        self.postgres = Server::Own;
        self
    }

    /// A Postgres server of its own that syncs every commit to disk, as it does by default: for benchmarks.
    #[must_use]
    pub fn durable(mut self) -> Self {
        self.postgres = Server::Durable;
        self
    }

    /// A durable Postgres server of its own that counts statements: for benchmarks.
    #[must_use]
    pub fn counting(mut self) -> Self {
        self.postgres = Server::Counting;
        self
    }

    /// A Postgres server of its own whose messages are German.
    #[must_use]
    pub fn german(mut self) -> Self {
        self.postgres = Server::German;
        self
    }

    /// A Postgres server of its own with so few connections for everybody.
    #[must_use]
    pub fn connections(mut self, most: u32) -> Self {
        self.postgres = Server::Crowded(most);
        self
    }

    /// A Redis server of its own, for a test that stops or flushes it.
    #[must_use]
    pub fn own_redis(mut self) -> Self {
        self.own_redis = true;
        self
    }

    /// Servers of its own for a campaign of faults: a Redis that keeps its data over a restart, and both of them reached at a
    /// TCP address, too, where one is given.
    #[must_use]
    pub fn servers_at(mut self, address: Option<&str>) -> Self {
        self.postgres = Server::Own;
        self.reached_at = Some(address.map(str::to_owned));
        self
    }

    /// The media location, which exists, instead of one in the folder of the system.
    #[must_use]
    pub fn media(mut self, folder: PathBuf) -> Self {
        self.media = Some(folder);
        self
    }

    /// A database that exists, instead of a fresh one.
    #[must_use]
    pub fn database(mut self, database: TestDatabase) -> Self {
        self.database = Some(database);
        self
    }

    /// Starts everything and waits until it is ready.
    ///
    /// # Errors
    /// When a server or a service does not start; the message says which and why.
    pub async fn start(self) -> Result<TestSystem> {
        let address = self.reached_at.clone().flatten();
        let redis = if self.reached_at.is_some() {
            Redis::start_keeping(address.as_deref()).await?
        } else if self.own_redis {
            Redis::start().await?
        } else {
            shared_redis().await?
        };
        let database = match self.database {
            Some(database) => database,
            None => TestDatabase::create_on(self.postgres.start(address.as_deref()).await?).await?,
        };
        let folder = crate::servers::subfolder("t")?;
        let media = if let Some(media) = self.media {
            media
        } else {
            let media = folder.join("media");
            std::fs::create_dir(&media)?;
            media
        };
        let prefix = format!("{{{}}}:", folder.file_name().unwrap_or_default().to_string_lossy());
        let mut env: Vec<(String, String)> = vec![
            ("DB_URL".into(), database.url()),
            ("REDIS_URL".into(), redis.url()),
            ("SAFELIGHT_REDIS_PREFIX".into(), prefix),
            ("IMMICH_MEDIA_LOCATION".into(), media.display().to_string()),
            // Every start would try every encoder; the test of that asks for it.
            ("SAFELIGHT_CODEC_TRIALS".into(), "false".into()),
            (
                "IMMICH_LOG_LEVEL".into(),
                std::env::var("IMMICH_LOG_LEVEL").unwrap_or_else(|_| "debug".into()),
            ),
        ];
        env.extend(self.env);
        let system = TestSystem {
            database,
            redis: Arc::clone(&redis),
            folder,
            media,
            env,
            services: Mutex::new(Vec::new()),
        };
        let mut started = Vec::new();
        for kind in std::iter::repeat_n(Kind::ApiGateway, self.gateways).chain(self.workers) {
            started.push(system.launch(kind, &[], &Place::default())?);
        }
        for service in started {
            service.ready().await?;
        }
        Ok(system)
    }
}
