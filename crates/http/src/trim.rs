//! Memory that is free goes back to the system.
//!
//! The allocator keeps what large bodies leave behind in the arena of each thread that read one: some hundred megabytes
//! after a few of them, for ever. So it is told to give it back, once for all that ended within a second.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tokio::{runtime::Handle, task::spawn_blocking, time::sleep};

/// How long what ends together is waited for.
const PAUSE: Duration = Duration::from_secs(1);

static IS_DUE: AtomicBool = AtomicBool::new(false);

/// Gives memory back a second from now. Without a runtime, which only tests are, nothing is done.
pub(super) fn soon() {
    let Ok(runtime) = Handle::try_current() else { return };
    if IS_DUE.swap(true, Ordering::AcqRel) {
        return;
    }
    drop(runtime.spawn(async {
        sleep(PAUSE).await;
        // What ends from now on may come too late for this time.
        IS_DUE.store(false, Ordering::Release);
        drop(spawn_blocking(now));
    }));
}

#[cfg(target_env = "gnu")]
fn now() {
    // SAFETY: it takes the locks of the allocator itself and touches only what is free.
    #[expect(unsafe_code, reason = "there is no safe binding")]
    let given_back = unsafe { libc::malloc_trim(0) };
    tracing::debug!(memory.given_back = given_back == 1, "free memory was given back");
}

#[cfg(not(target_env = "gnu"))]
fn now() {}
