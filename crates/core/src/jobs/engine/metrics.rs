use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The labels of a count of jobs.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct KindOutcome {
    pub(super) kind: String,
    pub(super) outcome: &'static str,
}

/// The label of a duration.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Kind {
    pub(super) kind: String,
}

type MakeHistogram = fn() -> Histogram;

/// What an engine counts.
pub struct EngineMetrics {
    pub(super) jobs: Family<KindOutcome, Counter>,
    pub(super) seconds: Family<Kind, Histogram, MakeHistogram>,
    pub(super) running: Gauge,
    pub(super) wakes: Counter,
    pub(super) claims: Counter,
    pub(super) beat_errors: Counter,
    pub(super) groups_created: Counter,
}

/// From a millisecond to over an hour.
fn duration_histogram() -> Histogram {
    Histogram::new(prometheus_client::metrics::histogram::exponential_buckets(
        0.001, 4.0, 12,
    ))
}

impl Default for EngineMetrics {
    fn default() -> Self {
        Self {
            jobs: Family::default(),
            seconds: Family::new_with_constructor(duration_histogram),
            running: Gauge::default(),
            wakes: Counter::default(),
            claims: Counter::default(),
            beat_errors: Counter::default(),
            groups_created: Counter::default(),
        }
    }
}

impl EngineMetrics {
    /// Puts the counters into the process's registry.
    pub fn register(&self, registry: &mut Registry) {
        registry.register(
            "safelight_jobs",
            "Attempts at jobs, by kind and outcome",
            self.jobs.clone(),
        );
        registry.register(
            "safelight_job_duration_seconds",
            "Time of an attempt",
            self.seconds.clone(),
        );
        registry.register("safelight_jobs_running", "Jobs that run now", self.running.clone());
        registry.register("safelight_wakes", "Wake-ups read", self.wakes.clone());
        registry.register(
            "safelight_claims",
            "Statements that looked for work",
            self.claims.clone(),
        );
        registry.register("safelight_beat_errors", "Beats that failed", self.beat_errors.clone());
        registry.register(
            "safelight_wake_groups_created",
            "Consumer groups made anew",
            self.groups_created.clone(),
        );
    }

    pub(super) fn count(&self, kind: &str, outcome: &'static str) {
        self.jobs
            .get_or_create(&KindOutcome {
                kind: kind.to_owned(),
                outcome,
            })
            .inc();
    }

    /// A beat failed.
    pub fn beat_failed(&self) {
        self.beat_errors.inc();
    }
}
