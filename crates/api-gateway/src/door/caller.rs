//! Whose request is being answered, known to everything that happens for it.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::rt::{self, task::JoinHandle};
use uuid::Uuid;

use crate::http::client::ClientNetwork;

/// Among whom connections are shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Caller {
    /// A person who has signed in, from wherever.
    Account(Uuid),
    /// Somebody without an account, or whose credentials are being looked at.
    Network(ClientNetwork),
    /// The gateway itself.
    Gateway,
}

/// What is known of the request.
struct Request {
    caller: Cell<Caller>,
    /// Connections in hand.
    held: Arc<AtomicUsize>,
}

tokio::task_local! {
    static REQUEST: Request;
}

/// Does the work of a request that came from `caller`.
pub(crate) async fn scope<F: Future>(caller: Caller, work: F) -> F::Output {
    let request = Request {
        caller: Cell::new(caller),
        held: Arc::default(),
    };
    REQUEST.scope(request, work).await
}

/// The credentials of the request were good: from now on it counts against this account.
pub(crate) fn admitted(account: Uuid) {
    // A request that nobody follows counts for the gateway.
    let _ = REQUEST.try_with(|request| request.caller.set(Caller::Account(account)));
}

/// Whose request is being answered.
pub(super) fn current() -> Caller {
    REQUEST
        .try_with(|request| request.caller.get())
        .unwrap_or(Caller::Gateway)
}

/// Goes on with the request on a task of its own, which a client that goes away does not stop.
pub(crate) fn spawn<F>(work: F) -> JoinHandle<F::Output>
where
    F: Future + 'static,
{
    rt::spawn(scope(current(), work))
}

/// A connection in hand, or waited for.
pub(super) struct Held(Option<Arc<AtomicUsize>>);

/// Notes that the request takes a connection. It never takes a second one: of a share of one, it would wait for itself.
pub(super) fn hold() -> Held {
    let held = REQUEST.try_with(|request| request.held.clone()).ok();
    if let Some(held) = &held {
        let before = held.fetch_add(1, Ordering::Relaxed);
        debug_assert_eq!(before, 0, "a request takes a second connection");
    }
    Held(held)
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(held) = &self.0 {
            held.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Says that something that may be slow and is not the database is waited for: no connection may be held.
pub(crate) fn outside(what: &str) {
    let held = REQUEST
        .try_with(|request| request.held.load(Ordering::Relaxed))
        .unwrap_or(0);
    debug_assert_eq!(held, 0, "a connection is held while {what} is waited for");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn a_task_of_a_request_counts_for_the_same_caller() {
        let account = Uuid::from_u128(1);
        let seen = scope(Caller::Gateway, async {
            admitted(account);
            spawn(async { current() }).await.unwrap()
        });
        assert_eq!(seen.await, Caller::Account(account));
        assert_eq!(current(), Caller::Gateway);
    }
}
