//! The binaries under test, running together on a database, a key prefix and a media folder of their own.

mod builder;
mod children;
mod person;
mod queues;
mod service;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};

pub use builder::Builder;
pub use children::{Seen, descendants, is_alive};
pub(crate) use queues::busy_queues;
pub use service::{Kind, Place, Service};

use crate::client::Client;
use crate::servers::{Postgres, Redis, TestDatabase};

/// A running system. Everything it started is killed when it is dropped, and the logs are shown when the test failed.
pub struct TestSystem {
    database: TestDatabase,
    redis: Arc<Redis>,
    folder: PathBuf,
    media: PathBuf,
    env: Vec<(String, String)>,
    services: Mutex<Vec<Arc<Service>>>,
}

impl TestSystem {
    /// Describes a system; one gateway and no workers unless told otherwise.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The database.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// The Postgres server.
    pub fn postgres(&self) -> &Arc<Postgres> {
        self.database.server()
    }

    /// The Redis server.
    pub fn redis(&self) -> &Arc<Redis> {
        &self.redis
    }

    /// A connection to the database.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn sql(&self) -> Result<tokio_postgres::Client> {
        self.database.connect().await
    }

    /// The media location.
    pub fn media(&self) -> PathBuf {
        self.media.clone()
    }

    /// The folder of this system: media, logs, and room for the files of a test.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The variables every service gets, for one that the test starts by hand.
    pub fn env(&self) -> &[(String, String)] {
        &self.env
    }

    /// An anonymous client of all gateways, in turn: what a round-robin proxy would do.
    pub fn client(&self) -> Client {
        let gateways = self
            .services()
            .into_iter()
            .filter(|service| service.kind() == Kind::ApiGateway);
        Client::new(gateways.map(|gateway| gateway.url()).collect())
    }

    /// An anonymous client of the gateway `index` only.
    ///
    /// # Errors
    /// When there is none.
    pub fn client_of(&self, index: usize) -> Result<Client> {
        Ok(Client::new(vec![self.service(Kind::ApiGateway, index)?.url()]))
    }

    /// All services, in the order they were started.
    pub fn services(&self) -> Vec<Arc<Service>> {
        self.services.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The service `index` of `kind`.
    ///
    /// # Errors
    /// When there is none.
    pub fn service(&self, kind: Kind, index: usize) -> Result<Arc<Service>> {
        let mut of_kind = self.services().into_iter().filter(|service| service.kind() == kind);
        of_kind
            .nth(index)
            .with_context(|| format!("no {} number {index}", kind.binary()))
    }

    /// Starts one more service and waits until it is ready.
    ///
    /// # Errors
    /// When it is not built or does not become ready.
    pub async fn start(&self, kind: Kind) -> Result<Arc<Service>> {
        self.start_with(kind, &[]).await
    }

    /// Starts one more service with more variables and waits until it is ready.
    ///
    /// # Errors
    /// When it is not built or does not become ready.
    pub async fn start_with(&self, kind: Kind, env: &[(&str, &str)]) -> Result<Arc<Service>> {
        let service = self.launch(kind, env, &Place::default())?;
        service.ready().await?;
        Ok(service)
    }

    /// Starts one more service with more variables at some place, and does not wait for it.
    ///
    /// # Errors
    /// When it is not built.
    pub fn launch(&self, kind: Kind, env: &[(&str, &str)], place: &Place) -> Result<Arc<Service>> {
        let mut all = self.env.clone();
        all.extend(
            env.iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        let index = services.iter().filter(|service| service.kind() == kind).count();
        let service = Arc::new(Service::start(kind, index, &self.folder, all, place)?);
        services.push(Arc::clone(&service));
        Ok(service)
    }

    /// Runs the command line of this system to its end.
    ///
    /// # Errors
    /// When it is not built.
    pub async fn cli(&self, arguments: &[&str]) -> Result<std::process::Output> {
        let mut command = tokio::process::Command::new(crate::binaries::path("safelight")?);
        command.env_clear().envs(self.env.iter().cloned()).args(arguments);
        Ok(command.kill_on_drop(true).output().await?)
    }

    /// Starts a second process of the very same configuration, ports included, and does not wait for it.
    ///
    /// # Errors
    /// When it is not built.
    pub fn launch_twin(&self, of: &Service) -> Result<Arc<Service>> {
        let mut services = self.services.lock().unwrap_or_else(PoisonError::into_inner);
        let index = services.iter().filter(|service| service.kind() == of.kind()).count();
        let twin = Arc::new(of.twin(index, &self.folder)?);
        services.push(Arc::clone(&twin));
        Ok(twin)
    }
}

impl Drop for TestSystem {
    fn drop(&mut self) {
        for service in self.services() {
            if let Err(error) = service.signal(crate::Signal::KILL) {
                eprintln!("{error:#}");
            }
            if std::thread::panicking() {
                eprintln!("{}", service.log_tail());
            }
        }
        // The folder of a failed test goes with the process folder; that of a passed one at once.
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}
