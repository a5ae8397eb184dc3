use anyhow::{Context, Result, bail};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Empty jobs of one measurement of throughput (`--jobs`).
    pub jobs: usize,
    /// Jobs that are enqueued one by one (`--singles`).
    pub singles: usize,
    /// Jobs whose start is waited for (`--latencies`).
    pub latencies: usize,
    /// Workers that are killed, here and at the peer (`--kills`).
    pub kills: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            jobs: 20_000,
            singles: 2_000,
            latencies: 300,
            kills: 3,
        }
    }
}

impl Options {
    /// Reads `--jobs 500` and its like.
    ///
    /// # Errors
    /// When there is no such option or it has no number.
    pub fn of(arguments: &[String]) -> Result<Self> {
        let mut options = Self::default();
        for pair in arguments.chunks(2) {
            let [name, number] = pair else {
                bail!("{pair:?} has no number")
            };
            let number = number.parse().with_context(|| format!("{name} {number}"))?;
            match name.as_str() {
                "--jobs" => options.jobs = number,
                "--singles" => options.singles = number,
                "--latencies" => options.latencies = number,
                "--kills" => options.kills = number,
                other => bail!("no option is called {other}; there are --jobs, --singles, --latencies, --kills"),
            }
        }
        Ok(options)
    }
}
