//! What a decoder may still ask of the kernel once it has started: memory, time, threads of its own, and the pipes it has.

use std::collections::BTreeMap;
use std::io;

use rustix::process::{getpgrp, getpid};
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};

/// System calls by number; with rules, only where one of them matches.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that reach nothing but this process and what it has open already.
const ALLOWED: [i64; 35] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_nanosleep,
    libc::SYS_clock_nanosleep,
    libc::SYS_clock_gettime,
    libc::SYS_clock_getres,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_ppoll,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getpgid,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Closes all other doors, for all threads and for good: no file can be opened, no socket made, no program started, and no
/// other process reached. What is refused fails as not permitted, which a library can handle.
///
/// # Errors
/// The kernel has seccomp and refuses. Where it has none, the limits of the child and its clean environment have to do.
pub(super) fn close_the_doors() -> io::Result<()> {
    // glibc asks for new threads by a call whose flags a filter cannot see, and takes the older one when that is unknown.
    let unknown = Rules::from([(libc::SYS_clone3, Vec::new())]);
    apply(unknown, SeccompAction::Allow, SeccompAction::Errno(errno(libc::ENOSYS)))?;
    apply(rules()?, SeccompAction::Errno(errno(libc::EPERM)), SeccompAction::Allow)
}

fn errno(code: i32) -> u32 {
    code.unsigned_abs()
}

fn rules() -> io::Result<Rules> {
    let mut rules: Rules = ALLOWED.into_iter().map(|call| (call, Vec::new())).collect();
    rules.insert(libc::SYS_clone3, Vec::new());
    #[cfg(target_arch = "x86_64")]
    rules.extend([libc::SYS_getpgrp, libc::SYS_poll].map(|call| (call, Vec::new())));
    let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
    rules.insert(
        libc::SYS_clone,
        only(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?,
    );
    // The name of a thread.
    let name = u64::from(libc::PR_SET_NAME.unsigned_abs());
    rules.insert(
        libc::SYS_prctl,
        only(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, name)?,
    );
    // It may end itself, and its group with it.
    let (own, group) = (getpid().as_raw_nonzero().get(), getpgrp().as_raw_nonzero().get());
    let number = |pid: i32| u64::from(u32::from_ne_bytes(pid.to_ne_bytes()));
    rules.insert(
        libc::SYS_tgkill,
        only(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number(own))?,
    );
    rules.insert(
        libc::SYS_kill,
        only(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, number(-group))?,
    );
    Ok(rules)
}

/// One condition on one argument.
fn only(argument: u8, length: SeccompCmpArgLen, operator: SeccompCmpOp, value: u64) -> io::Result<Vec<SeccompRule>> {
    let condition = SeccompCondition::new(argument, length, operator, value).map_err(io::Error::other)?;
    Ok(vec![SeccompRule::new(vec![condition]).map_err(io::Error::other)?])
}

fn apply(rules: Rules, otherwise: SeccompAction, matching: SeccompAction) -> io::Result<()> {
    let Ok(arch) = std::env::consts::ARCH.try_into() else {
        // No filter can be written for this processor.
        return Ok(());
    };
    let filter = SeccompFilter::new(rules, otherwise, matching, arch).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    match apply_filter_all_threads(&program) {
        Err(Error::Prctl(error) | Error::Seccomp(error)) if is_unknown(&error) => Ok(()),
        other => other.map_err(io::Error::other),
    }
}

/// Whether the kernel was built without it.
fn is_unknown(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL))
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::net::{TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;
    use std::process::Command;
    use std::thread;

    use super::*;

    /// Tells the test below that it is the one inside.
    const INSIDE: &str = "SAFELIGHT_TEST_INSIDE";

    fn refused<T>(tried: io::Result<T>) -> bool {
        tried.is_err_and(|error| error.raw_os_error() == Some(libc::EPERM))
    }

    /// Not a test of its own: tries the doors in a process that has closed them.
    #[test]
    fn inside() {
        if std::env::var_os(INSIDE).is_none() {
            return;
        }
        close_the_doors().unwrap();
        assert!(refused(File::open("/etc/passwd")), "opened a file");
        assert!(refused(File::create("/tmp/safelight-inside")), "made a file");
        assert!(refused(std::fs::read_dir("/")), "looked into a folder");
        assert!(refused(std::fs::remove_file("/tmp/safelight-inside")), "removed a file");
        assert!(refused(TcpStream::connect("127.0.0.1:1")), "made a connection");
        assert!(refused(UdpSocket::bind("127.0.0.1:0")), "made a socket");
        assert!(refused(UnixStream::pair()), "made a pair of sockets");
        assert!(refused(Command::new("/bin/true").spawn()), "started a program");
        let probed = rustix::process::test_kill_process(rustix::process::Pid::INIT);
        assert!(refused(probed.map_err(io::Error::from)), "reached another process");
        // What decoding takes is still there.
        assert_eq!(thread::spawn(|| vec![7_u8; 32 << 20].len()).join().unwrap(), 32 << 20);
    }

    #[test]
    fn the_doors_are_closed_from_inside() {
        let out = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "decoder::sandbox::tests::inside",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(INSIDE, "1")
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&[out.stdout, out.stderr].concat()).into_owned();
        assert!(out.status.success() && told.contains("1 passed"), "{told}");
    }
}
