//! Seccomp: which system calls.

use std::collections::BTreeMap;
use std::io;

use rustix::process::{getpgrp, getpid};
use seccompiler::{
    BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    apply_filter_all_threads,
};

use super::calls::{self, Calls};

/// System calls by number; with rules, only where one of them matches.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Programs for the kernel; it takes them in this order, and each call has to pass all of them.
#[derive(Debug)]
pub(super) struct Filters(Vec<BpfProgram>);

impl Filters {
    /// What lets these calls through; nothing where no filter can be written for this processor.
    pub(super) fn of(calls: Calls) -> io::Result<Self> {
        // glibc asks for new threads by a call whose flags a filter cannot see, and takes the older one when that is unknown.
        let unknown = Rules::from([(libc::SYS_clone3, Vec::new())]);
        let otherwise = SeccompAction::Errno(errno(match calls {
            Calls::Closed => libc::EPERM,
            // A library that knows a newer call than this list takes an older one where the kernel has none.
            Calls::Files | Calls::Programs => libc::ENOSYS,
        }));
        let programs = [
            program(unknown, SeccompAction::Allow, SeccompAction::Errno(errno(libc::ENOSYS)))?,
            program(rules(calls)?, otherwise, SeccompAction::Allow)?,
        ];
        Ok(Self(programs.into_iter().flatten().collect()))
    }

    /// Lets them hold for this process. Plain system calls.
    pub(super) fn enter(&self) -> io::Result<()> {
        self.0.iter().try_for_each(apply)
    }
}

fn errno(code: i32) -> u32 {
    code.unsigned_abs()
}

fn rules(calls: Calls) -> io::Result<Rules> {
    let mut rules: Rules = calls::allowed(calls).map(|call| (call, Vec::new())).collect();
    rules.insert(libc::SYS_clone3, Vec::new());
    if calls == Calls::Programs {
        // Any process but one in namespaces of its own; whom it may signal is Landlock's to say.
        rules.insert(libc::SYS_clone, without(0, u64::from(calls::NAMESPACES))?);
        rules.extend([libc::SYS_kill, libc::SYS_tgkill].map(|call| (call, Vec::new())));
    } else {
        let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
        let is_thread = only(0, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(thread), thread)?;
        rules.insert(libc::SYS_clone, is_thread);
        // It may end itself, and its group with it.
        let (own, group) = (getpid().as_raw_nonzero().get(), getpgrp().as_raw_nonzero().get());
        let number = |pid: i32| u64::from(u32::from_ne_bytes(pid.to_ne_bytes()));
        rules.insert(libc::SYS_tgkill, equal(0, number(own))?);
        rules.insert(libc::SYS_kill, equal(0, number(-group))?);
    }
    if calls != Calls::Closed {
        // Frameworks wake their own threads by a pair of sockets that leads nowhere else.
        let unix = u64::from(libc::AF_UNIX.unsigned_abs());
        rules.insert(libc::SYS_socketpair, equal(0, unix)?);
    }
    // The name of a thread, and of its memory.
    let mut names = equal(0, u64::from(libc::PR_SET_NAME.unsigned_abs()))?;
    names.extend(equal(0, u64::from(libc::PR_GET_NAME.unsigned_abs()))?);
    names.extend(equal(0, calls::NAME_OF_MEMORY)?);
    if calls != Calls::Closed {
        // What closes more doors first promises to gain no rights.
        names.extend(equal(0, u64::from(libc::PR_SET_NO_NEW_PRIVS.unsigned_abs()))?);
    }
    rules.insert(libc::SYS_prctl, names);
    Ok(rules)
}

/// Where an argument is this number of 32 bits.
fn equal(argument: u8, value: u64) -> io::Result<Vec<SeccompRule>> {
    only(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value)
}

/// Where an argument has none of these bits.
fn without(argument: u8, bits: u64) -> io::Result<Vec<SeccompRule>> {
    only(argument, SeccompCmpArgLen::Qword, SeccompCmpOp::MaskedEq(bits), 0)
}

/// One condition on one argument.
fn only(argument: u8, length: SeccompCmpArgLen, operator: SeccompCmpOp, value: u64) -> io::Result<Vec<SeccompRule>> {
    let condition = SeccompCondition::new(argument, length, operator, value).map_err(io::Error::other)?;
    Ok(vec![SeccompRule::new(vec![condition]).map_err(io::Error::other)?])
}

fn program(rules: Rules, otherwise: SeccompAction, matching: SeccompAction) -> io::Result<Option<BpfProgram>> {
    let Ok(arch) = std::env::consts::ARCH.try_into() else {
        return Ok(None);
    };
    let filter = SeccompFilter::new(rules, otherwise, matching, arch).map_err(io::Error::other)?;
    filter.try_into().map(Some).map_err(io::Error::other)
}

/// Hands a program to the kernel. One that was built without filters has none.
fn apply(program: &BpfProgram) -> io::Result<()> {
    match apply_filter_all_threads(program) {
        Ok(()) => Ok(()),
        Err(Error::Prctl(error) | Error::Seccomp(error)) if is_unknown(&error) => Ok(()),
        Err(Error::Prctl(error) | Error::Seccomp(error)) => Err(error),
        Err(_) => Err(io::Error::from_raw_os_error(libc::EINVAL)),
    }
}

fn is_unknown(error: &io::Error) -> bool {
    matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EINVAL))
}
