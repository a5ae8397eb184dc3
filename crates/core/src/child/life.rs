//! The child's side of the life pipe.

use std::{fs::File, io::Read as _, thread};

use rustix::process::{Signal, getpgrp, kill_process_group};

/// The variable that names the descriptor of the life pipe.
pub const LIFE_FD: &str = "SAFELIGHT_LIFE_FD";

/// Watches the life pipe, if this process was given one, and kills its own process group as soon as the parent is gone.
///
/// To be called first thing by a helper mode of our own binaries. It covers what the death signal does not: helpers of
/// the helper, which are in its group.
pub fn end_with_parent() {
    let Some(number) = std::env::var(LIFE_FD).ok().and_then(|text| text.parse::<u32>().ok()) else {
        return;
    };
    // Opening it by its name in /proc gives a descriptor of our own, without trusting the number for more than a name.
    let Ok(mut pipe) = File::open(format!("/proc/self/fd/{number}")) else {
        return;
    };
    let watch = move || {
        // Nothing is ever written: a read returns only when every holder of the other end is gone.
        let _ = pipe.read(&mut [0_u8; 1]);
        let _ = kill_process_group(getpgrp(), Signal::KILL);
    };
    if let Err(error) = thread::Builder::new().name("life-pipe".to_owned()).spawn(watch) {
        tracing::warn!(%error, "cannot watch for the end of the parent process");
    }
}

/// The child's way to its parent, and to nobody else: what a library prints goes to the error stream from now on.
///
/// # Errors
/// The streams cannot be exchanged.
pub fn own_output() -> std::io::Result<File> {
    let out = rustix::io::dup(rustix::stdio::stdout())?;
    rustix::stdio::dup2_stdout(rustix::stdio::stderr())?;
    Ok(File::from(out))
}
