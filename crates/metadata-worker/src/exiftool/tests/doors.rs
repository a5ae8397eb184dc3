//! What code could do that took over the process that reads a file: a library that tries.

use std::process::Command;

use super::{folder, impostor, read, tool};
use crate::exiftool::Limits;

/// Tries everything and tells the errors, 0 where it went well. `EPERM` is seccomp's refusal, which comes before Landlock's.
const BURGLAR: &str = r"
my $tried = sub { my ($what, $done) = @_; $tags{$what} = $done ? 0 : $! + 0 };
my ($most, $space) = (pack('Q Q', ~0, ~0), pack('x120'));
$tried->('open', open my $a, '<', '/etc/passwd');
$tried->('own descriptor', open my $b, '<', '/proc/self/fd/0');
$tried->('make', open my $c, '>', '/tmp/safelight-burglar');
$tried->('folder', opendir my $d, '/');
$tried->('look', -e '/etc/passwd');
$tried->('remove', unlink '/tmp/safelight-burglar');
$tried->('rename', rename '/etc/hostname', '/tmp/safelight-burglar');
$tried->('link', symlink '/etc/passwd', '/tmp/safelight-burglar');
$tried->('inet', socket my $e, 2, 1, 0);
$tried->('unix', socket my $f, 1, 1, 0);
$tried->('fork', defined fork);
{ no warnings; $tried->('run', exec '/bin/true'); }
$tried->('signal', kill 0, getppid());
$tried->('limit', syscall(302, 0, 9, $most, 0) == 0);
$tried->('trace', syscall(101, 16, getppid(), 0, 0) == 0);
$tried->('memory of another', syscall(310, getppid(), 0, 0, 0, 0, 0) >= 0);
$tried->('take descriptors', syscall(47, 0, $space, 0) >= 0);
$tried->('namespace', syscall(272, 0x10000000) == 0);
$tried->('ring', syscall(425, 1, $space) >= 0);
$tags{descriptors} = join ' ', grep { POSIX::lseek($_, 0, 1) >= 0 || $! != 9 } 0 .. 63;
";

#[tokio::test]
async fn code_in_the_process_of_a_file_reaches_nothing() {
    if !cfg!(target_arch = "x86_64") {
        // The numbers of system calls above are those of this processor; the filter is the same for all.
        return;
    }
    let folder = folder();
    let tool = tool(impostor(&folder, BURGLAR));
    let tags = read(&tool, &folder, "a.jpg", b"0123456789").await.unwrap();
    let tried = [
        "open",
        "own descriptor",
        "make",
        "folder",
        "look",
        "remove",
        "rename",
        "link",
        "inet",
        "unix",
        "fork",
        "run",
        "signal",
        "limit",
        "trace",
        "memory of another",
        "take descriptors",
        "namespace",
        "ring",
    ];
    for what in tried {
        assert_eq!(tags.text(what, &[]), Some("1"), "{what} is not refused");
    }
    let open = tags.text("descriptors", &[]).unwrap().split(' ').count();
    assert!(
        open <= 4,
        "its own file, the way to the worker and what is nothing: {tags:?}"
    );
}

#[tokio::test]
async fn the_program_that_loads_is_told_and_closed_in() {
    let folder = folder();
    let tool = tool(Limits::default());
    read(&tool, &folder, "a.jpg", b"x").await.unwrap();
    let (pid, version) = tool.started().await.unwrap();
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    assert!(
        version.contains("landlock=") && version.contains("seccomp="),
        "{version}"
    );
    if status.contains("Seccomp:") {
        assert!(status.contains("Seccomp:\t2"), "{status}");
        assert!(version.contains("seccomp=1"), "{version}");
    }
}

/// A library that looks for a module of Perl only when it needs it finds nothing then. All that reading needs is there before.
#[tokio::test]
async fn reading_real_files_asks_for_nothing_that_is_refused() {
    let traced = folder();
    let log = traced.path().join("log");
    let script = traced.path().join("perl");
    std::fs::write(
        &script,
        format!(
            "#!/bin/sh\nexec strace -f -qq -e trace=all -e signal=none -o {} perl \"$@\"\n",
            log.display()
        ),
    )
    .unwrap();
    Command::new("chmod").arg("+x").arg(&script).status().unwrap();
    let tool = tool(Limits {
        perl: script.into_os_string(),
        ..Limits::default()
    });
    let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../thumbnail-worker/tests/samples");
    let mut read = 0;
    for sample in std::fs::read_dir(samples).unwrap() {
        super::read_file(&tool, &sample.unwrap().path()).await.unwrap();
        read += 1;
    }
    assert!(read > 20, "{read}");
    tool.end().await;
    let log = std::fs::read_to_string(log).unwrap();
    let (_, inside) = log.split_once("SECCOMP_SET_MODE_FILTER").unwrap();
    let refused: Vec<_> = inside
        .lines()
        .filter(|line| line.contains("EPERM") || line.contains("EACCES"))
        // The size of the file, which is known: some C libraries ask by a call that takes paths, too.
        .filter(|line| !line.contains("newfstatat") || !line.contains("AT_EMPTY_PATH"))
        .collect();
    assert_eq!(refused, Vec::<&str>::new());
    for call in ["open(", "openat(", "socket(", "connect(", "execve("] {
        assert!(!inside.contains(call), "{call}");
    }
}
