//! What the two kinds of processes may ask of the kernel, as programs for seccomp.

use std::collections::BTreeMap;
use std::io;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

/// System calls by number; with rules, only where one of them matches.
type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// Calls that reach nothing but the process itself and what it has open already: those of a fork that reads a file.
const READING: [i64; 25] = [
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_lseek,
    libc::SYS_fstat,
    libc::SYS_close,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_restart_syscall,
    libc::SYS_clock_gettime,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_gettid,
    libc::SYS_times,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// What the process that forks needs besides: to be given files, to fork and to end its forks, and what a fork does before
/// it takes on the narrower filter.
const SERVING: [i64; 14] = [
    libc::SYS_recvmsg,
    libc::SYS_wait4,
    libc::SYS_kill,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_fcntl,
    libc::SYS_ioctl,
    libc::SYS_prctl,
    libc::SYS_prlimit64,
    libc::SYS_seccomp,
    libc::SYS_newfstatat,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
];

/// The filter of the process that forks, which never sees a byte of a file. Nothing on processors for which no filter can be
/// written.
pub(super) fn of_server() -> io::Result<Vec<u8>> {
    let mut rules: Rules = allowed(&READING);
    rules.extend(allowed(&SERVING));
    #[cfg(target_arch = "x86_64")]
    rules.extend(allowed(&[libc::SYS_dup2]));
    // A process of its own, and no namespace: the only flags are those with which a C library forks.
    let others = !u64::from((libc::CLONE_CHILD_SETTID | libc::CLONE_CHILD_CLEARTID | 0xff).unsigned_abs());
    rules.insert(libc::SYS_clone, vec![only(0, SeccompCmpOp::MaskedEq(others), 0)?]);
    compile(rules)
}

/// The filter of a fork, which it takes on before the first byte.
pub(super) fn of_fork() -> io::Result<Vec<u8>> {
    compile(allowed(&READING))
}

fn allowed(calls: &[i64]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

/// One condition on one argument.
fn only(argument: u8, operator: SeccompCmpOp, value: u64) -> io::Result<SeccompRule> {
    let condition = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, operator, value);
    SeccompRule::new(vec![condition.map_err(io::Error::other)?]).map_err(io::Error::other)
}

/// What the rules do not name fails as not permitted, which Perl can handle.
fn compile(rules: Rules) -> io::Result<Vec<u8>> {
    let Ok(arch) = std::env::consts::ARCH.try_into() else {
        return Ok(Vec::new());
    };
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = SeccompFilter::new(rules, refuse, SeccompAction::Allow, arch).map_err(io::Error::other)?;
    let program: BpfProgram = filter.try_into().map_err(io::Error::other)?;
    Ok(program.iter().flat_map(bytes).collect())
}

/// One instruction as the kernel reads it (`struct sock_filter`).
fn bytes(instruction: &seccompiler::sock_filter) -> [u8; 8] {
    let [code_low, code_high] = instruction.code.to_ne_bytes();
    let [a, b, c, d] = instruction.k.to_ne_bytes();
    [code_low, code_high, instruction.jt, instruction.jf, a, b, c, d]
}
