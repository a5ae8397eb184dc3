//! The system calls that are let through.

/// How much of the kernel a process may still ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Calls {
    /// Memory, time, threads of its own, and reading and writing what is open.
    #[default]
    Closed,
    /// Opening files and devices, too, as far as Landlock lets it.
    Files,
    /// Starting programs, too, as far as Landlock lets it.
    Programs,
}

/// Namespaces of its own would be a way around.
pub(super) const NAMESPACES: u32 = (libc::CLONE_NEWNS
    | libc::CLONE_NEWCGROUP
    | libc::CLONE_NEWUTS
    | libc::CLONE_NEWIPC
    | libc::CLONE_NEWUSER
    | libc::CLONE_NEWPID
    | libc::CLONE_NEWNET)
    .unsigned_abs();

/// `PR_SET_VMA`, by which allocators name their memory.
pub(super) const NAME_OF_MEMORY: u64 = 0x5356_4d41;

/// Calls that reach nothing but this process and what it has open already.
const CLOSED: &[i64] = &[
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

/// Calls that open files, ask devices, and arrange threads and memory as decoders, drivers and media frameworks do. No socket to
/// anybody, no other process, no namespace, no mount, no tracing, no ring of requests (which would pass by this filter).
const FILES: &[i64] = &[
    // Files.
    libc::SYS_openat,
    libc::SYS_openat2,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_umask,
    libc::SYS_unlinkat,
    libc::SYS_renameat2,
    libc::SYS_ftruncate,
    libc::SYS_fallocate,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_sync_file_range,
    libc::SYS_fadvise64,
    libc::SYS_readahead,
    libc::SYS_flock,
    // What is open.
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_preadv2,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_pwritev2,
    libc::SYS_copy_file_range,
    libc::SYS_sendfile,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_fcntl,
    libc::SYS_close_range,
    libc::SYS_ioctl,
    // Waiting.
    libc::SYS_pipe2,
    libc::SYS_eventfd2,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_epoll_pwait2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    libc::SYS_futex_waitv,
    libc::SYS_getitimer,
    libc::SYS_setitimer,
    libc::SYS_times,
    // Memory.
    libc::SYS_memfd_create,
    libc::SYS_mlock,
    libc::SYS_mlock2,
    libc::SYS_munlock,
    libc::SYS_msync,
    libc::SYS_mincore,
    libc::SYS_membarrier,
    libc::SYS_get_mempolicy,
    libc::SYS_mbind,
    libc::SYS_set_mempolicy,
    // Threads and signals.
    libc::SYS_get_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_getcpu,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_setparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_sched_setscheduler,
    libc::SYS_sched_getattr,
    libc::SYS_sched_setattr,
    libc::SYS_sched_get_priority_max,
    libc::SYS_sched_get_priority_min,
    libc::SYS_sched_rr_get_interval,
    libc::SYS_getpriority,
    libc::SYS_setpriority,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    // Closing more doors.
    libc::SYS_seccomp,
    // Who and where this process is.
    libc::SYS_getppid,
    libc::SYS_getsid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getgroups,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_capget,
    libc::SYS_getrusage,
    libc::SYS_prlimit64,
    libc::SYS_uname,
    libc::SYS_sysinfo,
];

/// Calls that start programs and wait for them.
const PROGRAMS: &[i64] = &[
    libc::SYS_execve,
    libc::SYS_wait4,
    libc::SYS_waitid,
    libc::SYS_setpgid,
    libc::SYS_chdir,
    libc::SYS_fchdir,
];

/// Older calls that only this processor has.
#[cfg(target_arch = "x86_64")]
mod older {
    pub(super) const CLOSED: &[i64] = &[libc::SYS_getpgrp, libc::SYS_poll];
    pub(super) const FILES: &[i64] = &[
        libc::SYS_open,
        libc::SYS_creat,
        libc::SYS_stat,
        libc::SYS_lstat,
        libc::SYS_access,
        libc::SYS_readlink,
        libc::SYS_getdents,
        libc::SYS_unlink,
        libc::SYS_rename,
        libc::SYS_renameat,
        libc::SYS_pipe,
        libc::SYS_dup2,
        libc::SYS_select,
        libc::SYS_eventfd,
        libc::SYS_epoll_create,
        libc::SYS_epoll_wait,
        libc::SYS_time,
        libc::SYS_arch_prctl,
        libc::SYS_getrlimit,
    ];
    pub(super) const PROGRAMS: &[i64] = &[libc::SYS_vfork];
}
#[cfg(not(target_arch = "x86_64"))]
mod older {
    pub(super) const CLOSED: &[i64] = &[];
    pub(super) const FILES: &[i64] = &[libc::SYS_renameat];
    pub(super) const PROGRAMS: &[i64] = &[];
}

/// All calls that are let through without a look at their arguments.
pub(super) fn allowed(calls: Calls) -> impl Iterator<Item = i64> {
    let closed = [CLOSED, older::CLOSED];
    let files = [FILES, older::FILES];
    let programs = [PROGRAMS, older::PROGRAMS];
    let more = match calls {
        Calls::Closed => 0,
        Calls::Files => 2,
        Calls::Programs => 4,
    };
    let lists = closed.into_iter().chain(files.into_iter().chain(programs).take(more));
    lists.flatten().copied()
}
