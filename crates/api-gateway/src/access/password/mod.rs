//! Passwords and PINs, by bcrypt.
//!
//! A hash costs some 50 ms of a core on purpose, so hashing runs on blocking threads, a few at once; who waits stands in a
//! [`line`] that is bounded and fair. No database connection is held meanwhile.

mod line;

use actix_web::http::StatusCode;
use safelight_credentials::password;

use self::line::{HashLine, Refusal, Turn};
use crate::{door, http::error::ApiError};

pub(crate) use line::{Lane, LineLimits};

/// Hashes and compares, so many at once and no more.
#[derive(Clone)]
pub(crate) struct Passwords {
    line: HashLine,
}

impl Passwords {
    /// One hash per core but one, at least one.
    pub(crate) fn new(limits: &LineLimits) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            line: HashLine::new(cores.saturating_sub(1).max(1), limits),
        }
    }

    /// The hash to store.
    ///
    /// # Errors
    /// 429 or 503 where too many wait.
    pub(crate) async fn hash(&self, secret: &str, lane: Lane) -> Result<String, ApiError> {
        let secret = secret.to_owned();
        Ok(self.run(lane, move || password::hash(&secret)).await??)
    }

    /// Whether the secret is the one of the hash; without a hash it is not, and that takes as long.
    ///
    /// # Errors
    /// 429 or 503 where too many wait.
    pub(crate) async fn matches(&self, secret: &str, hash: Option<&str>, lane: Lane) -> Result<bool, ApiError> {
        // What cannot match is not copied: it may be long.
        let hash = hash.filter(|_| password::can_match(secret)).map(str::to_owned);
        let secret = if hash.is_some() {
            secret.to_owned()
        } else {
            String::new()
        };
        self.run(lane, move || password::matches(&secret, hash.as_deref()))
            .await
    }

    async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        door::outside("a hash");
        let turn: Turn = self.line.enter(lane).await.map_err(refusal)?;
        let work = move || {
            // It ends with the work, also where nobody waits for that any more.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(ApiError::internal)
    }
}

fn refusal(refusal: Refusal) -> ApiError {
    let status = match refusal {
        Refusal::Lane => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Line => StatusCode::SERVICE_UNAVAILABLE,
    };
    ApiError::later(status, refusal.to_string(), line::PATIENCE)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const LANE: Lane = Lane::Known(Uuid::nil());

    #[tokio::test]
    async fn only_the_right_secret_matches() {
        let passwords = Passwords::new(&LineLimits::default());
        let hash = passwords.hash("secret", LANE).await.unwrap();
        assert!(hash.starts_with("$2b$10$"), "{hash}");
        assert!(passwords.matches("secret", Some(&hash), LANE).await.unwrap());
        assert!(!passwords.matches("Secret", Some(&hash), LANE).await.unwrap());
        assert!(!passwords.matches("", None, LANE).await.unwrap());
        assert!(!passwords.matches("x", Some("no hash"), LANE).await.unwrap());
    }
}
