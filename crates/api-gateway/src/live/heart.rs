//! Pings: whether the other side is still there.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::limits::SocketLimits;

/// What a beat asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beat {
    /// A ping is due.
    Ping,
    /// The last one was not answered in time.
    Dead,
}

/// The clock of one socket.
pub(super) struct Heart {
    interval: Duration,
    timeout: Duration,
    next: Instant,
    asked: bool,
}

impl Heart {
    /// Starts now.
    pub(super) fn new(limits: &SocketLimits) -> Self {
        Self {
            interval: limits.ping_interval,
            timeout: limits.ping_timeout,
            next: Instant::now() + limits.ping_interval,
            asked: false,
        }
    }

    /// Waits until something is due.
    pub(super) async fn beat(&mut self) -> Beat {
        sleep_until(self.next).await;
        if self.asked {
            return Beat::Dead;
        }
        self.asked = true;
        self.next = Instant::now() + self.timeout;
        Beat::Ping
    }

    /// The other side has answered.
    pub(super) fn answered(&mut self) {
        if self.asked {
            self.asked = false;
            self.next = Instant::now() + self.interval;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_ping_unanswered_is_death() {
        let limits = SocketLimits {
            ping_interval: Duration::from_millis(2),
            ping_timeout: Duration::from_millis(2),
            ..SocketLimits::default()
        };
        let mut heart = Heart::new(&limits);
        for _ in 0..3 {
            assert_eq!(heart.beat().await, Beat::Ping);
            heart.answered();
        }
        assert_eq!(heart.beat().await, Beat::Ping);
        assert_eq!(heart.beat().await, Beat::Dead);
    }
}
