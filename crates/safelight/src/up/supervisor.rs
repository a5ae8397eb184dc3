//! Keeping one program running: its log, its restarts, its end.

use std::time::{Duration, Instant};

use safelight_core::child::{Child, Stream, describe_exit};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::task::JoinHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::board::Board;
use super::program::Program;
use super::state::Phase;
use crate::say;

/// The longest log line that is passed on in one piece, in bytes.
const LONGEST_LINE: u64 = 64 * 1024;

/// A program that ran this long before it ended is started again at once.
const STEADY: Duration = Duration::from_secs(60);

/// A supervised program.
#[derive(Debug)]
pub(crate) struct Supervisor {
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Starts the program, and starts it again whenever it ends by itself.
    pub(crate) fn start(program: Program, board: Board) -> Self {
        let stop = CancellationToken::new();
        let task = tokio::spawn(supervise(program, board, stop.clone()));
        Self { stop, task }
    }

    /// Stops the program and waits for its end.
    pub(crate) async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.task.await {
            say::note(&format!("a supervisor failed: {error}"));
        }
    }
}

async fn supervise(program: Program, board: Board, stop: CancellationToken) {
    let mut short_runs = 0;
    loop {
        let started = Instant::now();
        match program
            .spec
            .clone()
            .stdout(Stream::Piped)
            .stderr(Stream::Piped)
            .spawn()
            .await
        {
            Ok(child) => run(&program, child, &board, &stop).await,
            Err(error) => say::prefixed(program.name, &error.to_string()),
        }
        if stop.is_cancelled() {
            board.change(program.name, |service| {
                (service.phase, service.pid) = (Phase::Stopped, None);
            });
            return;
        }
        short_runs = if started.elapsed() < STEADY { short_runs + 1 } else { 0 };
        board.change(program.name, |service| {
            (service.phase, service.pid) = (Phase::Down, None);
            service.restarts += 1;
        });
        tokio::select! {
            () = sleep(pause(short_runs)) => {}
            () = stop.cancelled() => {}
        }
    }
}

/// Passes on what it says until it ends by itself or is stopped.
async fn run(program: &Program, mut child: Child, board: &Board, stop: &CancellationToken) {
    let pid = child.id();
    board.change(program.name, |service| {
        (service.phase, service.pid) = (Phase::Starting, pid);
    });
    let logs = [
        child
            .take_stdout()
            .map(|stream| tokio::spawn(pass_on(program.name, stream))),
        child
            .take_stderr()
            .map(|stream| tokio::spawn(pass_on(program.name, stream))),
    ];
    let notice_ready = async {
        program.probe.answered().await;
        board.change(program.name, |service| service.phase = Phase::Ready);
        std::future::pending::<()>().await;
    };
    let ended = tokio::select! {
        status = child.wait() => Some(status),
        () = stop.cancelled() => None,
        () = notice_ready => None,
    };
    match ended {
        Some(Ok(status)) => say::prefixed(
            program.name,
            &format!("{}; it will be started again", describe_exit(status)),
        ),
        Some(Err(error)) => say::prefixed(program.name, &error.to_string()),
        None => {
            if let Err(error) = child.stop(program.stop_signal, program.stop_grace).await {
                say::prefixed(program.name, &error.to_string());
            }
        }
    }
    // Helpers of a program that has ended go with it, and with them the other ends of its pipes.
    drop(child);
    for log in logs.into_iter().flatten() {
        let _ = tokio::time::timeout(Duration::from_secs(1), log).await;
    }
}

/// How long to wait before the next start: half a second, doubled with each short run up to half a minute.
fn pause(short_runs: u32) -> Duration {
    if short_runs == 0 {
        return Duration::ZERO;
    }
    Duration::from_millis(500)
        .saturating_mul(1 << (short_runs - 1).min(6))
        .min(Duration::from_secs(30))
}

/// Prints each line with the name of the program before it.
async fn pass_on(name: &'static str, stream: impl AsyncRead + Unpin) {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    loop {
        line.clear();
        match (&mut reader).take(LONGEST_LINE).read_until(b'\n', &mut line).await {
            Ok(length) if length > 0 => say::prefixed(name, String::from_utf8_lossy(&line).trim_end()),
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use safelight_core::child::{ChildSpec, Signal};
    use tokio::io::AsyncWriteExt as _;
    use tokio::net::TcpListener;

    use super::super::probe::Probe;
    use super::super::state::State;
    use super::*;

    #[test]
    fn pauses_grow_to_half_a_minute() {
        assert_eq!(pause(0), Duration::ZERO);
        assert_eq!(pause(1), Duration::from_millis(500));
        assert_eq!(pause(3), Duration::from_secs(2));
        assert_eq!(pause(7), Duration::from_secs(30));
        assert_eq!(pause(4_000_000), Duration::from_secs(30));
    }

    #[tokio::test]
    async fn a_program_that_ends_is_started_again_until_it_is_stopped() {
        let dir = tempfile::tempdir().unwrap();
        let board = Board::new(dir.path().into(), State::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        // It ends at once the first time and stays the second time.
        let script = "test -e once || { touch once; exit 1; }; exec sleep 1000";
        let program = Program {
            name: "sleeper",
            spec: ChildSpec::new("sh").args(["-c", script]).directory(dir.path()),
            probe: Probe::Http(listener.local_addr().unwrap(), "/"),
            stop_signal: Signal::TERM,
            stop_grace: Duration::from_secs(5),
        };
        let supervisor = Supervisor::start(program, board.clone());
        let run = dir.path().to_path_buf();
        let server = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                if State::read(&run).is_some_and(|state| state.services[0].restarts == 1) {
                    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                }
            }
        });
        board.ready(&["sleeper"], Duration::from_secs(10)).await.unwrap();
        supervisor.stop().await;
        server.abort();
        let state = State::read(dir.path()).unwrap();
        assert_eq!((state.services[0].phase, state.services[0].pid), (Phase::Stopped, None));
    }
}
