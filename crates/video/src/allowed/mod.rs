//! What of `GStreamer` may look at the files of strangers.
//!
//! A file can be a list of other files and addresses, and a framework for players opens them all. So there are two lists of what is
//! allowed, and nothing else is: the [`containers`] that a file may be, told by its bytes, and the [`elements`] that exist for a child.
//! What somebody installs later is on neither.

mod containers;
mod elements;
#[cfg(test)]
mod hostile;
mod references;
#[cfg(test)]
mod tests;

pub use containers::holds_film;
pub(crate) use containers::kind_of_film;
pub use elements::keep_allowed;

use std::path::Path;

use safelight_core::child::Sandbox;

/// Variables that name places of plugins and libraries beside those of the system.
const PLACES: [&str; 3] = ["GST_PLUGIN_PATH", "GST_PLUGIN_PATH_1_0", "LD_LIBRARY_PATH"];

/// What `GStreamer` itself needs of the file system: the system's libraries, its plugins, and the list of these. The file that it reads is
/// added by its caller, by the name of its descriptor.
pub fn sandbox() -> Sandbox {
    let mut sandbox = Sandbox::with_libraries();
    if let Some(registry) = std::env::var_os("GST_REGISTRY") {
        sandbox = sandbox.read(registry);
    }
    for places in PLACES.iter().filter_map(std::env::var_os) {
        for place in std::env::split_paths(&places).filter(|place| is_place(place)) {
            sandbox = sandbox.read(place);
        }
    }
    sandbox
}

/// An empty entry means the folder one is in.
fn is_place(place: &Path) -> bool {
    place.is_absolute() && place.parent().is_some()
}
