//! What a process that reads the bytes of strangers may still reach.
//!
//! Two locks of the kernel, both for good and for all threads to come: Landlock, which knows files, and seccomp, which knows system
//! calls. A process closes them on itself first thing ([`Sandbox::enter`]), while it has one thread, or before it becomes another
//! program ([`ChildSpec::sandbox`](super::ChildSpec::sandbox)). Where a kernel lacks one of them, the other one and the limits of the
//! child have to do; [`Locks`] tells which there are.

mod calls;
mod filter;
mod locks;
mod reach;
#[cfg(test)]
mod tests;

use std::io;
use std::path::{Path, PathBuf};

use self::calls::Calls;
pub use self::locks::Locks;

use self::filter::Filters;
use self::reach::{Reach, Ruleset};

/// Folders of the system's libraries; nobody keeps photos there.
const LIBRARIES: [&str; 6] = [
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
];

/// What libraries look up: names of languages, time zones, processors. Nothing of it is of a person.
const LOOKED_UP: [&str; 8] = [
    "/usr/share/locale",
    "/usr/share/zoneinfo",
    "/etc/localtime",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/proc/stat",
    "/proc/sys/kernel",
    "/sys/devices/system",
];

/// Devices that are no hardware.
const PLAIN_DEVICES: [&str; 4] = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];

/// Where a driver finds out what its hardware is.
const HARDWARE: [&str; 12] = [
    "/sys/bus",
    "/sys/class",
    "/sys/dev",
    "/sys/devices",
    "/sys/module",
    "/run/udev/data",
    "/proc/driver",
    "/proc/devices",
    "/usr/share/drirc.d",
    "/usr/share/libdrm",
    "/usr/share/glvnd",
    "/usr/share/vulkan",
];

/// What is left open. Everything else is closed: files, sockets, other processes.
#[derive(Debug, Clone, Default)]
#[must_use = "it closes nothing until it is entered"]
pub struct Sandbox {
    calls: Calls,
    open: Vec<(PathBuf, Reach)>,
}

impl Sandbox {
    /// Nothing but memory, time, threads and what is open already: for a decoder that has loaded all it needs.
    pub const fn closed() -> Self {
        Self {
            calls: Calls::Closed,
            open: Vec::new(),
        }
    }

    /// The system's libraries can be loaded, and nothing else be opened yet.
    pub fn with_libraries() -> Self {
        let sandbox = Self {
            calls: Calls::Files,
            open: Vec::new(),
        };
        let sandbox = sandbox.all(&LIBRARIES, Reach::Read).all(&LOOKED_UP, Reach::Read);
        sandbox.all(&PLAIN_DEVICES, Reach::Write)
    }

    /// It may become this program, and start it again, but nothing else.
    pub fn program(mut self, program: &Path) -> Self {
        self.calls = Calls::Programs;
        let sandbox = self.all(&LIBRARIES, Reach::Run);
        sandbox.one(program, Reach::Run)
    }

    /// A file, or all below a folder, may be read. What is not there is left out.
    pub fn read(self, path: impl AsRef<Path>) -> Self {
        self.one(path.as_ref(), Reach::Read)
    }

    /// A file may be written and read.
    pub fn write(self, file: impl AsRef<Path>) -> Self {
        self.one(file.as_ref(), Reach::Write)
    }

    /// In a folder files may be made, renamed and removed.
    pub fn scratch(self, folder: impl AsRef<Path>) -> Self {
        self.one(folder.as_ref(), Reach::Keep)
    }

    /// A device may be used, and what the system says of its hardware may be read.
    pub fn device(self, node: impl AsRef<Path>) -> Self {
        self.all(&HARDWARE, Reach::Read).one(node.as_ref(), Reach::Device)
    }

    fn one(mut self, path: &Path, reach: Reach) -> Self {
        self.open.push((path.to_owned(), reach));
        self
    }

    fn all(mut self, paths: &[&str], reach: Reach) -> Self {
        self.open.extend(paths.iter().map(|path| (PathBuf::from(path), reach)));
        self
    }

    /// Closes the locks on this process, for good. It has one thread: those that are there already would stay outside.
    ///
    /// # Errors
    /// The kernel has a lock and refuses to close it.
    pub fn enter(&self) -> io::Result<()> {
        self.prepare()?.enter()
    }

    /// Does all that needs memory, so that [`Prepared::enter`] can come between fork and exec.
    pub(super) fn prepare(&self) -> io::Result<Prepared> {
        Ok(Prepared {
            // What opens nothing needs no rules for it.
            ruleset: match self.calls {
                Calls::Closed => None,
                Calls::Files | Calls::Programs => Ruleset::of(&self.open)?,
            },
            filters: Filters::of(self.calls)?,
        })
    }
}

/// Locks that are ready to be closed.
#[derive(Debug)]
pub(super) struct Prepared {
    ruleset: Option<Ruleset>,
    filters: Filters,
}

impl Prepared {
    /// Closes them. Plain system calls, no memory: it may come between fork and exec.
    pub(super) fn enter(&self) -> io::Result<()> {
        rustix::thread::set_no_new_privs(true)?;
        if let Some(ruleset) = &self.ruleset {
            ruleset.enter()?;
        }
        self.filters.enter()
    }
}
