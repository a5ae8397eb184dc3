//! The one thread that forks.
//!
//! The kernel sends the death signal when the *thread* that forked ends, not the process. A runtime's blocking threads
//! come and go, so a child of one of them would be killed at a random moment.

use std::{
    io,
    sync::{
        OnceLock,
        mpsc::{self, Sender},
    },
    thread,
};

use tokio::{runtime::Handle, sync::oneshot};

use super::{Child, ChildError, ChildSpec};

/// What the thread is asked: what to start, in which runtime its pipes live, and whom to tell.
type Request = (ChildSpec, Handle, oneshot::Sender<Result<Child, ChildError>>);

/// The way to the thread; the process holds it for ever, so the thread never ends.
static SPAWNER: OnceLock<Sender<Request>> = OnceLock::new();

/// Starts a process on the spawning thread.
pub(super) async fn spawn(spec: ChildSpec) -> Result<Child, ChildError> {
    let name = spec.name();
    let gone = || ChildError::Spawn {
        program: name.clone(),
        source: io::Error::other("the spawning thread is gone"),
    };
    let (answer, answered) = oneshot::channel();
    sender()
        .send((spec, Handle::current(), answer))
        .map_err(|_gone| gone())?;
    answered.await.map_err(|_gone| gone())?
}

/// The way to the thread, which is started on first use.
fn sender() -> &'static Sender<Request> {
    SPAWNER.get_or_init(|| {
        let (sender, requests) = mpsc::channel::<Request>();
        let run = move || {
            for (spec, runtime, answer) in requests {
                let _inside = runtime.enter();
                // A caller that has gone away drops the handle, which kills the child.
                drop(answer.send(spec.spawn_here()));
            }
        };
        if let Err(error) = thread::Builder::new().name("child-spawner".to_owned()).spawn(run) {
            tracing::error!(%error, "cannot start the thread that spawns helper processes");
        }
        sender
    })
}
