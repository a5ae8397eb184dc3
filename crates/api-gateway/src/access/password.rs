//! Passwords and PINs, by bcrypt.
//!
//! A hash costs some 50 ms of a core on purpose, so hashing runs on blocking threads, a few at once: a flood of logins
//! waits in line and leaves the other cores to the library.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

use crate::http::error::ApiError;

/// The cost factor of the contract.
const COST: u32 = 10;

/// Compared with when there is no account, so that the answer takes as long as with one.
static NOBODY: LazyLock<Option<String>> = LazyLock::new(|| bcrypt::hash("", COST).ok());

/// Hashes and compares, so many at once and no more.
#[derive(Clone)]
pub(crate) struct Passwords {
    slots: Arc<Semaphore>,
}

impl Passwords {
    /// One hash per core but one, at least one.
    pub(crate) fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            slots: Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))),
        }
    }

    /// The hash to store.
    ///
    /// # Errors
    /// Nothing a client did.
    pub(crate) async fn hash(&self, secret: &str) -> Result<String, ApiError> {
        let secret = secret.to_owned();
        self.run(move || bcrypt::hash(secret, COST))
            .await?
            .map_err(ApiError::internal)
    }

    /// Whether the secret is the one of the hash; without a hash it is not, and that takes as long.
    ///
    /// # Errors
    /// Nothing a client did.
    pub(crate) async fn matches(&self, secret: &str, hash: Option<&str>) -> Result<bool, ApiError> {
        let (secret, hash) = (secret.to_owned(), hash.map(str::to_owned));
        self.run(move || match hash.as_ref().or(NOBODY.as_ref()) {
            Some(known) => bcrypt::verify(secret, known).is_ok_and(|equal| equal && hash.is_some()),
            None => false,
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
        let _slot = self.slots.acquire().await.map_err(ApiError::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_secret_matches() {
        let passwords = Passwords::new();
        let hash = passwords.hash("secret").await.unwrap();
        assert!(hash.starts_with("$2b$10$"), "{hash}");
        assert!(passwords.matches("secret", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("Secret", Some(&hash)).await.unwrap());
        assert!(!passwords.matches("", None).await.unwrap());
        assert!(!passwords.matches("x", Some("no hash")).await.unwrap());
    }
}
