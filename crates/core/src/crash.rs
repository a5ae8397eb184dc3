//! Named points at which a test ends or halts a process: between any two steps that a power cut could part.
//!
//! Only builds with debug assertions have them; in a release build [`CrashPoint::reached`] is nothing. A test names one in
//! `SAFELIGHT_CRASH_AT` (`<point>` or `<point>=stop`) and a file in `SAFELIGHT_CRASH_MARK`: the first process that makes the
//! file is killed there by SIGKILL, or halted by SIGSTOP; all others pass.

macro_rules! points {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// A point between two steps.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum CrashPoint {
            $($(#[$doc])* $name,)*
        }

        impl CrashPoint {
            /// All of them, in the order in which a job passes them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its word in `SAFELIGHT_CRASH_AT`.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

points! {
    /// The claim is committed, the handler has not begun.
    Claimed = "claimed",
    /// A beat of a node at work has not yet extended the node's leases.
    BeatHalfway = "beat-halfway",
    /// A beat has extended them, and what it was told is not yet followed.
    BeatTold = "beat-told",
    /// Intents are committed, no byte is written.
    Intended = "intended",
    /// The bytes of a file are written and not yet forced to disk.
    PartWritten = "part-written",
    /// They are forced to disk, the file has not its name.
    PartSynced = "part-synced",
    /// The file has its name, its folder is not forced to disk.
    PartRenamed = "part-renamed",
    /// The handler is done, the completing transaction has not begun.
    Handled = "handled",
    /// The completing transaction has removed the job's row and nothing else.
    Fenced = "fenced",
    /// It has written everything and is not committed.
    Applied = "applied",
    /// It is committed, nobody is woken or told.
    Committed = "committed",
    /// Others are woken and told, the job still counts as running.
    Told = "told",
    /// The job has failed and is not given back.
    Failed = "failed",
    /// The job is given back.
    GivenBack = "given-back",
    /// An upload's files have their names, its rows are not written.
    UploadPublished = "upload-published",
    /// An upload's rows are written and not committed.
    UploadWritten = "upload-written",
    /// They are committed, nobody is woken or told, the client has no answer.
    UploadCommitted = "upload-committed",
    /// A schedule's next time is written in a transaction that has not enqueued its job.
    ScheduleTaken = "schedule-taken",
}

impl CrashPoint {
    /// The process is here.
    #[inline]
    pub fn reached(self) {
        #[cfg(debug_assertions)]
        armed::reached(self);
    }
}

#[cfg(debug_assertions)]
mod armed {
    use std::fs::File;
    use std::sync::OnceLock;

    use rustix::process::Signal;

    use super::CrashPoint;

    struct Order {
        point: CrashPoint,
        signal: Signal,
        mark: String,
    }

    fn order() -> Option<&'static Order> {
        static ORDER: OnceLock<Option<Order>> = OnceLock::new();
        ORDER
            .get_or_init(|| {
                let text = std::env::var("SAFELIGHT_CRASH_AT").ok()?;
                let mark = std::env::var("SAFELIGHT_CRASH_MARK").ok()?;
                let (word, signal) = match text.split_once('=') {
                    Some((word, "stop")) => (word, Signal::STOP),
                    _ => (text.as_str(), Signal::KILL),
                };
                let point = *CrashPoint::ALL.iter().find(|point| point.as_str() == word)?;
                Some(Order { point, signal, mark })
            })
            .as_ref()
    }

    pub(super) fn reached(point: CrashPoint) {
        let Some(order) = order().filter(|order| order.point == point) else {
            return;
        };
        if File::create_new(&order.mark).is_ok() {
            // To this very thread: a signal to the process may reach another first, and this one would go on past its point.
            // SAFETY: sends a signal that no handler takes; no memory is involved.
            unsafe {
                libc::raise(order.signal.as_raw());
            }
        }
    }
}
