//! Questions to `GStreamer`, asked of a child: a hidden mode of every binary that depends on this crate.
//!
//! A worker is its own helper, so there is no second program to install. The child gets its order as arguments and the file by its
//! descriptor, closes its doors, and answers in JSON on its output: `{"Ok": …}` or `{"Err": …}` with a [`Refusal`](crate::Refusal). Any
//! other end is a crash.

mod ask;
mod child;
mod plugins;
mod registry;

pub use ask::VideoHelper;
pub use child::run_helper;

/// The first argument of a helper.
const MODE: &str = "video-helper";

/// What a helper is asked to do: its second argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Bring the list of plugins up to date: no file is looked at.
    Plugins,
    /// What is in the file that the next argument names; the argument behind it tells how large one may be that is read through.
    Probe,
    /// One picture of it: the arguments behind these name the operator of tone mapping and the most pixels.
    Frame,
}

impl Order {
    const ALL: [Self; 3] = [Self::Plugins, Self::Probe, Self::Frame];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Plugins => "plugins",
            Self::Probe => "probe",
            Self::Frame => "frame",
        }
    }
}
