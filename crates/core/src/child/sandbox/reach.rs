//! Landlock: which files.

use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::PathBuf;

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, PathBeneath, PathFd,
    RulesetAttr as _, RulesetCreatedAttr as _, Scope,
};

/// The newest rights that are known here; an older kernel takes those it knows.
const NEWEST: ABI = ABI::V6;

/// What may be done with a file, or with all files below a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Read it.
    Read,
    /// Read it and run it.
    Run,
    /// Read and write it.
    Write,
    /// Read, write, make, rename and remove files.
    Keep,
    /// Read and write it, and tell it what only devices understand.
    Device,
}

impl Reach {
    fn rights(self) -> BitFlags<AccessFs> {
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        let write = read | AccessFs::WriteFile | AccessFs::Truncate;
        match self {
            Self::Read => read,
            Self::Run => read | AccessFs::Execute,
            Self::Write => write,
            Self::Keep => write | AccessFs::MakeReg | AccessFs::RemoveFile,
            Self::Device => write | AccessFs::IoctlDev,
        }
    }
}

/// Rules that the kernel has taken.
#[derive(Debug)]
pub(super) struct Ruleset(OwnedFd);

impl Ruleset {
    /// The rules for these paths; none where the kernel has no Landlock. What is not there can be left out, for it cannot be opened.
    pub(super) fn of(open: &[(PathBuf, Reach)]) -> io::Result<Option<Self>> {
        let mut ruleset = landlock::Ruleset::default()
            .set_compatibility(CompatLevel::BestEffort)
            .handle_access(AccessFs::from_all(NEWEST))
            .and_then(|ruleset| ruleset.handle_access(AccessNet::from_all(NEWEST)))
            .and_then(|ruleset| ruleset.scope(Scope::from_all(NEWEST)))
            .and_then(landlock::Ruleset::create)
            .map_err(io::Error::other)?;
        for (path, reach) in open {
            let Ok(found) = PathFd::new(path) else { continue };
            ruleset = ruleset
                .add_rule(PathBeneath::new(found, reach.rights()))
                .map_err(io::Error::other)?;
        }
        Ok(Option::<OwnedFd>::from(ruleset).map(Self))
    }

    /// Lets them hold for this thread and all that it starts.
    pub(super) fn enter(&self) -> io::Result<()> {
        // SAFETY: a system call that takes two numbers.
        #[expect(
            unsafe_code,
            reason = "the crate that makes the rules cannot apply them between fork and exec"
        )]
        let done = unsafe { libc::syscall(libc::SYS_landlock_restrict_self, self.0.as_raw_fd(), 0) };
        if done == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        }
    }
}
