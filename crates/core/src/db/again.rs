use std::time::Duration;

use super::DbError;

/// How often a transaction is tried that meets another each time.
const TRIES: u32 = 8;
/// The longest wait before the second try; each further one may take twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(20);
/// No wait is longer.
const LONGEST_WAIT: Duration = Duration::from_millis(500);

/// An error that may say that two transactions met.
pub trait Collision {
    /// True where the database ended this transaction in favour of another (SQLSTATE 40001 or 40P01), so that it may simply
    /// be tried again.
    fn is_collision(&self) -> bool;
}

impl Collision for DbError {
    fn is_collision(&self) -> bool {
        Self::is_collision(self)
    }
}

impl Collision for diesel::result::Error {
    fn is_collision(&self) -> bool {
        super::error::collided(self)
    }
}

/// Tries a whole transaction again, a few times and with random pauses, where another one was in its way. All programs lock
/// rows in one order, so this is for what nobody foresaw.
///
/// # Errors
/// With that of the last try.
pub async fn again<T, E: Collision>(transaction: impl AsyncFnMut() -> Result<T, E>) -> Result<T, E> {
    again_after(FIRST_WAIT, transaction).await
}

async fn again_after<T, E: Collision>(
    mut wait: Duration,
    mut transaction: impl AsyncFnMut() -> Result<T, E>,
) -> Result<T, E> {
    for _ in 1..TRIES {
        match transaction().await {
            Err(error) if error.is_collision() => {
                tracing::debug!("a transaction met another and is tried again");
                tokio::time::sleep(jitter(wait)).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            done => return done,
        }
    }
    transaction().await
}

/// A random part of `most`, so that those who met do not meet again. All of it where the system has no randomness to give.
pub(crate) fn jitter(most: Duration) -> Duration {
    most.mul_f64(getrandom::u32().map_or(1.0, |number| f64::from(number) / f64::from(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Failure(bool);

    impl Collision for Failure {
        fn is_collision(&self) -> bool {
            self.0
        }
    }

    #[tokio::test]
    async fn only_collisions_are_tried_again_and_not_for_ever() {
        for (failure, tries) in [(Failure(true), TRIES), (Failure(false), 1)] {
            let mut tried = 0;
            let ended: Result<(), Failure> = again_after(Duration::ZERO, async || {
                tried += 1;
                Err(Failure(failure.0))
            })
            .await;
            assert_eq!((ended, tried), (Err(failure), tries));
        }
        let mut left = 2;
        let ended = again_after(Duration::ZERO, async || {
            left -= 1;
            if left > 0 { Err(Failure(true)) } else { Ok(left) }
        });
        assert_eq!(ended.await, Ok(0));
    }
}
