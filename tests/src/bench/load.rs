//! Many requests at once, bounded in number.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::usage::count;

/// How long requests took.
#[derive(Debug)]
pub(super) struct Timing {
    sorted: Vec<Duration>,
    total: Duration,
}

impl Timing {
    /// Requests a second.
    pub(super) fn rate(&self) -> f64 {
        count(self.sorted.len()) / self.total.as_secs_f64()
    }

    /// The time that `share` percent of the requests did not exceed, in milliseconds.
    pub(super) fn percentile(&self, share: usize) -> f64 {
        let index = self.sorted.len().saturating_sub(1) * share / 100;
        self.sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1e3)
    }

    /// `1234 requests/s, p50 1.2 ms, p99 3.4 ms`, with another noun.
    pub(super) fn text(&self, noun: &str) -> String {
        let (rate, half, most) = (self.rate(), self.percentile(50), self.percentile(99));
        format!("{rate:.0} {noun}/s, p50 {half:.1} ms, p99 {most:.1} ms")
    }
}

/// Does `work` for 0 to `requests`, `lanes` at a time.
///
/// # Errors
/// The first of the work.
pub(super) async fn spread<F, Fut>(requests: usize, lanes: usize, work: F) -> Result<Timing>
where
    F: Fn(usize) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send,
{
    let (next, work) = (Arc::new(AtomicUsize::new(0)), Arc::new(work));
    let begun = Instant::now();
    let lane = || {
        let (next, work) = (Arc::clone(&next), Arc::clone(&work));
        tokio::spawn(async move {
            let mut times = Vec::new();
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= requests {
                    return Ok::<_, anyhow::Error>(times);
                }
                let before = Instant::now();
                work(index).await?;
                times.push(before.elapsed());
            }
        })
    };
    let lanes: Vec<_> = (0..lanes).map(|_| lane()).collect();
    let mut sorted = Vec::with_capacity(requests);
    for lane in lanes {
        sorted.extend(lane.await??);
    }
    let total = begun.elapsed();
    sorted.sort_unstable();
    Ok(Timing { sorted, total })
}
