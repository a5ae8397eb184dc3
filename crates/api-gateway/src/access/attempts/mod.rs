//! Slowing down those who guess a secret: passwords, PINs.
//!
//! Every attempt is counted *before* the secret is looked at, by one atomic step for all of its counts, and given back when
//! the secret was right. So of any number at the same moment no more pass than one after the other would, and being right about
//! one's own secret forgives no attempt at another's. Within a count so many attempts are free ([`AttemptLimits`]); beyond,
//! each wrong one doubles the pause before the next, up to a bound: a count slows down and never locks.
//!
//! Which counts an attempt has is told by its [`Target`] and [`Origin`]. Of these, the count of an account over all networks
//! and the count of a network over all accounts could be filled by others than the person; so neither holds for a network in
//! which the account has an open login. What is left there is the count of that account in that network alone.
//!
//! All gateways count together in Redis ([`shared`]). Each also counts by itself what it lets pass ([`memory`]): where Redis is
//! away, that is what holds, and a guesser finds no fresh count.

mod count;
mod limits;
mod memory;
mod shared;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;

use actix_web::http::StatusCode;
use safelight_core::{config::RedisConfig, events::CommandPool};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::{count::Count, memory::Memory, shared::Shared};
use crate::{
    door,
    http::{client::ClientNetwork, error::ApiError},
};

pub(crate) use limits::AttemptLimits;

/// What somebody tries to get right.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target<'a> {
    /// The password behind an address, by somebody who is not logged in. Whether there is such an account changes nothing.
    Login {
        /// As it is stored, in lower case.
        email: &'a str,
    },
    /// A secret of an account, by somebody who has a session or a key of it already.
    Own {
        /// The account.
        account: Uuid,
        /// The stored hash of the secret: attempts at one say nothing of the next.
        hash: Option<&'a str>,
    },
}

/// Where an attempt comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Origin {
    /// The network of the client.
    pub(crate) network: ClientNetwork,
    /// The account at which it is made, where that has an open login from this network.
    pub(crate) known: Option<Uuid>,
}

/// Counts attempts. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Attempts {
    limits: AttemptLimits,
    memory: Arc<Memory>,
    shared: Shared,
    is_alone: Arc<AtomicBool>,
}

/// An attempt that may go on, and is counted.
#[must_use]
pub(crate) struct Attempt {
    attempts: Attempts,
    counts: Vec<Count>,
    /// When the next attempts of these counts may follow, as this one has set it, in milliseconds of the one clock or the other.
    in_memory: Vec<u64>,
    in_redis: Option<Vec<u64>>,
}

impl Attempts {
    /// The counts of this installation.
    pub(crate) fn new(limits: AttemptLimits, commands: CommandPool, redis: &RedisConfig) -> Self {
        Self {
            memory: Arc::new(Memory::new(limits.counts)),
            shared: Shared::new(commands, redis),
            limits,
            is_alone: Arc::default(),
        }
    }

    /// Counts an attempt, if it may be made now.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub(crate) async fn begin(&self, target: Target<'_>, origin: Origin) -> Result<Attempt, ApiError> {
        door::outside("Redis");
        let counts = self.counts(target, origin);
        let in_memory = self.memory.begin(&counts, &self.limits).map_err(refusal)?;
        let mut attempt = Attempt {
            attempts: self.clone(),
            counts,
            in_memory,
            in_redis: None,
        };
        match self.shared.begin(&attempt.counts, &self.limits).await {
            Ok(Ok(pauses)) => {
                attempt.in_redis = Some(pauses);
                self.note_alone(None);
            }
            Ok(Err(wait)) => {
                // It was not made, so it does not count here.
                self.memory.give_back(&attempt.counts, &attempt.in_memory);
                return Err(refusal(wait));
            }
            Err(error) => self.note_alone(Some(&error)),
        }
        Ok(attempt)
    }

    fn counts(&self, target: Target<'_>, origin: Origin) -> Vec<Count> {
        let limits = &self.limits;
        let network = origin.network;
        let mut counts = Vec::with_capacity(3);
        match target {
            Target::Login { email } => {
                let account = digest(email);
                counts.push(limits.here(format!("account:{account}:{network}")));
                if origin.known.is_none() {
                    counts.push(limits.account(format!("account:{account}")));
                }
            }
            Target::Own { account, hash } => {
                let secret = digest(hash.unwrap_or_default());
                counts.push(limits.own(format!("own:{account}:{secret}")));
            }
        }
        if origin.known.is_none() {
            counts.push(limits.network(format!("network:{network}")));
        }
        counts.retain(|count| count.free > 0);
        counts
    }

    /// Says once that Redis does not count, and once that it does again.
    fn note_alone(&self, error: Option<&safelight_core::events::StreamError>) {
        if self.is_alone.swap(error.is_some(), Ordering::Relaxed) == error.is_some() {
            return;
        }
        if let Some(error) = error {
            tracing::warn!(%error, "Redis does not count attempts: each gateway counts its own");
        } else {
            tracing::info!("all gateways count attempts together again");
        }
    }
}

impl Attempt {
    /// The secret was right, or nobody looked at it: the attempt was none. (One that is dropped instead stays counted.)
    pub(crate) async fn give_back(self) {
        let Self {
            attempts,
            counts,
            in_memory,
            in_redis,
        } = self;
        attempts.memory.give_back(&counts, &in_memory);
        if let Some(pauses) = in_redis
            && let Err(error) = attempts.shared.give_back(&counts, &pauses).await
        {
            tracing::debug!(%error, "an attempt that was right stays counted");
        }
    }
}

/// Names that people chose are as long as they like, and secrets do not belong into keys.
fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    hex::encode(digest.get(..16).unwrap_or_default())
}

fn refusal(wait: Duration) -> ApiError {
    let seconds = (wait + Duration::from_millis(999)).as_secs().max(1);
    let message = format!("Too many attempts, try again in {seconds} s");
    ApiError::later(StatusCode::TOO_MANY_REQUESTS, message, wait)
}
