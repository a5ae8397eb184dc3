use std::io;
use std::time::Duration;

use tokio::runtime::Builder;

/// How long threads that do blocking work may take once the program has ended.
const LAST_MOMENT: Duration = Duration::from_secs(1);

/// Runs a program on a runtime of its own and gives what it ends with. A thread that is still at work then, such as one with a decoder
/// that does not listen, is left behind: it ends with the process.
///
/// # Errors
/// The system refuses threads.
pub fn run_program<T>(program: impl Future<Output = T>) -> io::Result<T> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;
    let ended = runtime.block_on(program);
    runtime.shutdown_timeout(LAST_MOMENT);
    Ok(ended)
}
