//! What may go wrong.

use std::ops::RangeInclusive;

/// A way in which something breaks. Each is healed after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Fault {
    /// SIGKILL of a worker, which is started again.
    KillWorker,
    /// SIGKILL of a gateway, which is started again.
    KillGateway,
    /// SIGSTOP of a worker for longer than two leases, then SIGCONT.
    HaltWorker,
    /// SIGSTOP of a gateway, then SIGCONT.
    HaltGateway,
    /// SIGTERM of a worker, which is started again.
    StopWorker,
    /// FLUSHALL.
    FlushRedis,
    /// Redis is killed and comes back with its data.
    RestartRedis,
    /// Redis is killed and comes back empty.
    EmptyRedis,
    /// Redis refuses writes for want of memory.
    FillRedis,
    /// Redis is halted: it keeps its connections and answers nothing to anybody.
    HaltRedis,
    /// Postgres is ended in order and started again.
    RestartPostgres,
    /// Postgres is ended as by a crash and started again.
    CrashPostgres,
    /// Connections of a host to Postgres are reset, and new ones refused.
    SeverPostgres,
    /// Nothing that a host and Postgres send each other arrives.
    SilencePostgres,
    /// Connections of a host to Redis are reset, and new ones refused.
    SeverRedis,
    /// Nothing that a host and Redis send each other arrives.
    SilenceRedis,
    /// The disk of the media location is full.
    FillDisk,
    /// A worker runs whose clock is wrong.
    SkewClock,
    /// A worker is started twice.
    StartTwice,
    /// What the chores of the fleet work at is locked: each takes as long as it may.
    SlowChores,
    /// People edit the newest assets, and transactions lock these in both orders: some of those that meet are ended.
    Edits,
}

/// What a fault has for itself: no two happen to the same at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    Worker(usize),
    Gateway(usize),
    Redis,
    Postgres,
    WayToRedis,
    WayToPostgres,
    Disk,
    Chores,
    Edits,
}

/// How many workers there are, and gateways.
pub(super) const WORKERS: usize = 6;
pub(super) const GATEWAYS: usize = 2;

impl Fault {
    pub(super) const ALL: [Self; 21] = [
        Self::KillWorker,
        Self::KillGateway,
        Self::HaltWorker,
        Self::HaltGateway,
        Self::StopWorker,
        Self::FlushRedis,
        Self::RestartRedis,
        Self::EmptyRedis,
        Self::FillRedis,
        Self::HaltRedis,
        Self::RestartPostgres,
        Self::CrashPostgres,
        Self::SeverPostgres,
        Self::SilencePostgres,
        Self::SeverRedis,
        Self::SilenceRedis,
        Self::FillDisk,
        Self::SkewClock,
        Self::StartTwice,
        Self::SlowChores,
        Self::Edits,
    ];

    /// Its name in plans and reports.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::KillWorker => "worker killed",
            Self::KillGateway => "gateway killed",
            Self::HaltWorker => "worker halted for more than two leases",
            Self::HaltGateway => "gateway halted",
            Self::StopWorker => "worker stopped in order",
            Self::FlushRedis => "Redis flushed",
            Self::RestartRedis => "Redis restarted with its data",
            Self::EmptyRedis => "Redis restarted without its data",
            Self::FillRedis => "Redis out of memory",
            Self::HaltRedis => "Redis silent to all",
            Self::RestartPostgres => "Postgres restarted in order",
            Self::CrashPostgres => "Postgres crashed",
            Self::SeverPostgres => "way to Postgres severed",
            Self::SilencePostgres => "way to Postgres silent",
            Self::SeverRedis => "way to Redis severed",
            Self::SilenceRedis => "way to Redis silent",
            Self::FillDisk => "disk full",
            Self::SkewClock => "clock of a worker wrong",
            Self::StartTwice => "worker started twice",
            Self::SlowChores => "chores slow",
            Self::Edits => "edits that deadlock",
        }
    }

    /// How long it lasts, in milliseconds.
    pub(super) fn lasts(self) -> RangeInclusive<u64> {
        // A lease takes two seconds: two of them are over in each of the halts.
        match self {
            Self::FlushRedis => 0..=0,
            Self::StopWorker => 100..=1_000,
            Self::KillWorker | Self::KillGateway => 100..=6_000,
            Self::RestartRedis | Self::EmptyRedis | Self::RestartPostgres | Self::CrashPostgres => 200..=5_000,
            Self::HaltWorker | Self::HaltGateway => 4_500..=9_000,
            Self::FillRedis | Self::FillDisk => 3_000..=9_000,
            Self::SeverPostgres | Self::SeverRedis => 2_000..=9_000,
            Self::SilencePostgres | Self::SilenceRedis | Self::HaltRedis | Self::SlowChores | Self::Edits => {
                3_000..=14_000
            }
            Self::SkewClock | Self::StartTwice => 5_000..=12_000,
        }
    }

    /// What it happens to; `pick` gives a number below its argument.
    pub(super) fn subject(self, mut pick: impl FnMut(usize) -> usize) -> Subject {
        match self {
            Self::KillWorker | Self::HaltWorker | Self::StopWorker | Self::SkewClock | Self::StartTwice => {
                Subject::Worker(pick(WORKERS))
            }
            Self::KillGateway | Self::HaltGateway => Subject::Gateway(pick(GATEWAYS)),
            Self::FlushRedis | Self::RestartRedis | Self::EmptyRedis | Self::FillRedis | Self::HaltRedis => {
                Subject::Redis
            }
            Self::RestartPostgres | Self::CrashPostgres => Subject::Postgres,
            Self::SeverPostgres | Self::SilencePostgres => Subject::WayToPostgres,
            Self::SeverRedis | Self::SilenceRedis => Subject::WayToRedis,
            Self::FillDisk => Subject::Disk,
            Self::SlowChores => Subject::Chores,
            Self::Edits => Subject::Edits,
        }
    }
}
