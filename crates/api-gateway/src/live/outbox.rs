//! What waits to be written to one socket.
//!
//! It is the only queue of a socket: the HTTP server takes frames from it as the body of the answer, a little ahead of what
//! the connection takes. A client that reads more slowly than its queue fills is closed, whatever others do.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use actix_web::body::{BodySize, MessageBody};
use bytes::Bytes;
use tokio::sync::Notify;

/// What a conversation is told to do from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Drop the connection: its queue has overflowed.
    Cut,
    /// Its credentials are no longer good: it is closed after this time, in which it hears nothing more.
    Expel(Duration),
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    /// It waits.
    Queued,
    /// The socket is on its way out and hears nothing more.
    Deaf,
    /// There was no room: the socket is cut.
    Overflow,
}

/// The queue of one socket.
pub(super) struct Outbox {
    most: usize,
    most_bytes: usize,
    state: Mutex<State>,
    ordered: Notify,
}

#[derive(Default)]
struct State {
    frames: VecDeque<Bytes>,
    bytes: usize,
    /// Nothing more comes in; the body ends when it is empty.
    shut: bool,
    order: Option<Order>,
    reader: Option<Waker>,
}

impl Outbox {
    /// An empty queue with room for so many frames and bytes.
    pub(super) fn new(most: usize, most_bytes: usize) -> Arc<Self> {
        Arc::new(Self {
            most,
            most_bytes,
            state: Mutex::default(),
            ordered: Notify::new(),
        })
    }

    /// Adds a frame.
    pub(super) fn push(&self, frame: Bytes) -> Pushed {
        let mut state = self.state();
        if state.shut || state.order.is_some() {
            return Pushed::Deaf;
        }
        if state.frames.len() >= self.most || state.bytes.saturating_add(frame.len()) > self.most_bytes {
            state.clear();
            state.order = Some(Order::Cut);
            self.ordered.notify_one();
            return Pushed::Overflow;
        }
        state.add(frame);
        Pushed::Queued
    }

    /// Adds the last frames, whatever the limits; nothing comes after them.
    pub(super) fn finish(&self, last: impl IntoIterator<Item = Bytes>) {
        let mut state = self.state();
        if !state.shut {
            last.into_iter().for_each(|frame| state.add(frame));
            state.shut();
        }
    }

    /// Throws away what waits; nothing comes after.
    pub(super) fn discard(&self) {
        let mut state = self.state();
        state.clear();
        state.shut();
    }

    /// Tells the conversation what to do, unless it has been told before.
    pub(super) fn order(&self, order: Order) {
        self.state().order.get_or_insert(order);
        self.ordered.notify_one();
    }

    /// Waits for an order.
    pub(super) async fn ordered(&self) -> Order {
        loop {
            if let Some(order) = self.state().order {
                return order;
            }
            self.ordered.notified().await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn add(&mut self, frame: Bytes) {
        self.bytes = self.bytes.saturating_add(frame.len());
        self.frames.push_back(frame);
        self.wake();
    }

    fn clear(&mut self) {
        self.frames.clear();
        self.bytes = 0;
    }

    fn shut(&mut self) {
        self.shut = true;
        self.wake();
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// The queue as the body of the answer.
pub(super) struct Outflow(pub(super) Arc<Outbox>);

impl MessageBody for Outflow {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let mut state = self.0.state();
        match state.frames.pop_front() {
            Some(frame) => {
                state.bytes = state.bytes.saturating_sub(frame.len());
                Poll::Ready(Some(Ok(frame)))
            }
            None if state.shut => Poll::Ready(None),
            None => {
                state.reader = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    async fn read(flow: &mut Outflow) -> Option<Bytes> {
        poll_fn(|context| Pin::new(&mut *flow).poll_next(context))
            .await
            .map(|frame| frame.unwrap())
    }

    #[tokio::test]
    async fn frames_come_out_in_order_and_then_the_end() {
        let outbox = Outbox::new(10, 100);
        let mut flow = Outflow(outbox.clone());
        let reader = tokio::spawn(async move {
            let mut all = Vec::new();
            while let Some(frame) = read(&mut flow).await {
                all.push(frame);
            }
            all
        });
        assert_eq!(outbox.push("a".into()), Pushed::Queued);
        tokio::task::yield_now().await;
        assert_eq!(outbox.push("b".into()), Pushed::Queued);
        outbox.finish(["c".into()]);
        assert_eq!(outbox.push("d".into()), Pushed::Deaf);
        assert_eq!(reader.await.unwrap(), ["a", "b", "c"]);
    }

    #[tokio::test]
    async fn too_many_frames_or_bytes_cut_the_socket() {
        let few = Outbox::new(2, 100);
        assert_eq!(few.push("a".into()), Pushed::Queued);
        assert_eq!(few.push("b".into()), Pushed::Queued);
        assert_eq!(few.push("c".into()), Pushed::Overflow);
        assert_eq!(few.push("d".into()), Pushed::Deaf);
        assert_eq!(few.ordered().await, Order::Cut);
        let small = Outbox::new(100, 5);
        assert_eq!(small.push("abc".into()), Pushed::Queued);
        assert_eq!(small.push("abc".into()), Pushed::Overflow);
        // What was read makes room again.
        let read_from = Outbox::new(1, 5);
        let mut flow = Outflow(read_from.clone());
        assert_eq!(read_from.push("abc".into()), Pushed::Queued);
        assert_eq!(read(&mut flow).await.unwrap(), "abc");
        assert_eq!(read_from.push("abc".into()), Pushed::Queued);
    }

    #[tokio::test]
    async fn the_first_order_counts() {
        let outbox = Outbox::new(1, 1);
        outbox.order(Order::Expel(Duration::ZERO));
        outbox.order(Order::Cut);
        assert_eq!(outbox.ordered().await, Order::Expel(Duration::ZERO));
        assert_eq!(outbox.push("a".into()), Pushed::Deaf);
    }
}
