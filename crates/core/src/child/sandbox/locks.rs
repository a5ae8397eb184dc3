//! Which locks this kernel has.

use std::fmt;

use rustix::io::Errno;

/// The locks of a kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locks {
    /// Landlock, which keeps children from files; its version.
    pub landlock: Option<i32>,
    /// Seccomp, which keeps children from sockets and other processes.
    pub seccomp: bool,
}

/// The first version of Landlock that knows truncating; those before leave gaps that seccomp does not close.
const WHOLE: i32 = 3;

impl Locks {
    /// Asks the kernel.
    pub fn of_this_kernel() -> Self {
        Self {
            landlock: landlock_version(),
            seccomp: has_seccomp(),
        }
    }

    /// What is missing, in words for people; nothing where all is there.
    pub fn missing(&self) -> Option<String> {
        let mut missing = Vec::new();
        match self.landlock {
            None => missing.push("Landlock: processes that read files of strangers can open other files".to_owned()),
            Some(version) if version < WHOLE => missing.push(format!(
                "a newer Landlock than version {version}: processes that read files of strangers can cut files short"
            )),
            Some(_) => {}
        }
        if !self.seccomp {
            missing.push("seccomp: processes that read files of strangers can make connections".to_owned());
        }
        (!missing.is_empty()).then(|| format!("this kernel lacks {}", missing.join("; and ")))
    }
}

/// The version that the kernel tells when it is asked for one.
fn landlock_version() -> Option<i32> {
    const VERSION: u32 = 1;
    // SAFETY: asked for its version, the kernel reads nothing.
    #[expect(unsafe_code, reason = "the crate keeps the version to itself")]
    let answer = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            std::ptr::null::<u8>(),
            0_usize,
            VERSION,
        )
    };
    i32::try_from(answer).ok().filter(|version| *version > 0)
}

/// Asked with a mode and no program, which a kernel with filters answers by complaining of the missing program.
fn has_seccomp() -> bool {
    if seccompiler::TargetArch::try_from(std::env::consts::ARCH).is_err() {
        return false;
    }
    // SAFETY: a null pointer is refused before anything is done.
    #[expect(unsafe_code, reason = "there is no other way to ask that changes nothing")]
    let answer = unsafe {
        let none = std::ptr::null::<libc::sock_fprog>();
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0, none)
    };
    answer == -1 && Errno::from_io_error(&std::io::Error::last_os_error()) == Some(Errno::FAULT)
}

impl fmt::Display for Locks {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.landlock {
            Some(version) => write!(out, "Landlock {version}")?,
            None => out.write_str("no Landlock")?,
        }
        out.write_str(if self.seccomp { ", seccomp" } else { ", no seccomp" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_said() {
        let all = Locks {
            landlock: Some(7),
            seccomp: true,
        };
        assert_eq!(all.missing(), None);
        assert_eq!(all.to_string(), "Landlock 7, seccomp");
        let none = Locks {
            landlock: None,
            seccomp: false,
        };
        let said = none.missing().unwrap();
        assert!(said.contains("Landlock") && said.contains("seccomp"), "{said}");
        let old = Locks {
            landlock: Some(1),
            seccomp: true,
        };
        assert!(old.missing().unwrap().contains("version 1"));
    }
}
