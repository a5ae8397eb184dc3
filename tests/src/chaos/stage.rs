//! The system of a campaign: two gateways and two workers of each kind, one of each on either host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::cleanup::Cleanup;
use super::disk::Disk;
use super::hosts::Host;
use super::namespace::Namespace;
use super::{LEASE, Options};
use crate::client::Client;
use crate::servers::subfolder;
use crate::system::{Kind, Service, TestSystem};

/// A process that is kept running, and whether a fault has it in hand.
pub(super) struct Post {
    pub(super) service: Arc<Service>,
    pub(super) host: usize,
    held: AtomicBool,
    since: Mutex<Instant>,
}

/// Everything that is hurt. What is below is dropped from the first to the last: processes, then what they stand on.
pub(super) struct Stage {
    pub(super) system: TestSystem,
    pub(super) gateways: Vec<Post>,
    pub(super) workers: Vec<Post>,
    pub(super) hosts: [Host; 2],
    pub(super) admin: Client,
    /// The second host, or why there is none.
    pub(super) net: Result<Namespace, String>,
    /// The small disk, or why there is none.
    pub(super) disk: Result<Disk, String>,
    _cleanup: Cleanup,
}

impl Stage {
    /// Builds everything up and waits until it is ready.
    ///
    /// # Errors
    /// When a server or a service does not start.
    pub(super) async fn open(options: &Options) -> Result<Self> {
        let mut cleanup = Cleanup::start()?;
        let net = Namespace::make(&mut cleanup).map_err(|error| format!("{error:#}"));
        let folder = subfolder("disk")?;
        let disk = Disk::mount(&folder, 256 + 40 * options.minutes, &mut cleanup).map_err(|error| format!("{error:#}"));
        let media = folder.join("media");
        std::fs::create_dir(&media)?;
        let system = TestSystem::builder()
            .gateways(0)
            .servers_at(net.as_ref().ok().map(|net| net.here.as_str()))
            .media(media)
            .env("SAFELIGHT_LEASE", &format!("{}s", LEASE.as_secs()))
            .env("SAFELIGHT_RETRY_DELAY", "300ms")
            .env("SAFELIGHT_CHORE_DEADLINE", "4s")
            .env("SAFELIGHT_MIN_FREE", "16KB")
            .start()
            .await?;
        let hosts = Host::both(&system, net.as_ref().ok())?;
        let post = |kind: Kind, host: usize| -> Result<Post> {
            let on = hosts.get(host).context("no such host")?;
            Ok(Post {
                service: system.launch(kind, &on.env(&[]), &on.place)?,
                host,
                held: AtomicBool::new(false),
                since: Mutex::new(Instant::now()),
            })
        };
        let pair = |kind: Kind| [post(kind, 0), post(kind, 1)];
        let gateways = pair(Kind::ApiGateway).into_iter().collect::<Result<Vec<_>>>()?;
        let kinds = [Kind::MetadataWorker, Kind::ThumbnailWorker, Kind::TranscodeWorker];
        let workers = kinds.into_iter().flat_map(pair).collect::<Result<Vec<_>>>()?;
        for post in gateways.iter().chain(&workers) {
            post.service.ready().await?;
        }
        let admin = system.client().sign_up_admin().await?;
        Ok(Self {
            system,
            gateways,
            workers,
            hosts,
            admin,
            net,
            disk,
            _cleanup: cleanup,
        })
    }

    /// All processes that are kept running.
    pub(super) fn posts(&self) -> impl Iterator<Item = &Post> {
        self.gateways.iter().chain(&self.workers)
    }

    /// Waits until each process says that it is ready; one that does not is told of when the queues do not become empty.
    pub(super) async fn all_ready(&self) {
        for post in self.posts() {
            if let Err(error) = post.service.ready().await {
                eprintln!("{error:#}");
            }
        }
    }
}

impl Post {
    /// From now on a fault has it in hand, and its end is no surprise.
    pub(super) fn hold(&self) {
        self.held.store(true, Ordering::SeqCst);
    }

    /// Starts it again and keeps it running.
    ///
    /// # Errors
    /// When it does not start.
    pub(super) fn revive(&self) -> Result<()> {
        self.service.spawn()?;
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.held.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Whether a fault has it in hand.
    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::SeqCst)
    }

    /// How long ago it was started.
    pub(super) fn age(&self) -> Duration {
        self.since.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }
}
