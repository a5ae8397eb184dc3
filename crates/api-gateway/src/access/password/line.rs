//! Who waits for a hash.
//!
//! There are two lines: one of accounts that are logged in or known in their network, one of everybody else. They take turns, so
//! strangers, however many, cost the others half of the hashes and no place. Within a line each account or network has a
//! lane of its own, and lanes take turns: whoever sends many waits behind themselves. Places are bounded, and where a line is
//! full, somebody who comes alone takes the last place of the longest lane.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use safelight_core::config::{ConfigError, Env};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::http::client::ClientNetwork;

/// After this a place has most likely become free.
pub(super) const PATIENCE: Duration = Duration::from_secs(2);

/// How many may wait.
#[derive(Clone, Debug)]
pub(crate) struct LineLimits {
    /// `SAFELIGHT_HASH_LINE`: in each of the two lines (64).
    line: usize,
    /// `SAFELIGHT_HASH_LANE`: of one account or network (16).
    lane: usize,
}

impl Default for LineLimits {
    fn default() -> Self {
        Self { line: 64, lane: 16 }
    }
}

impl LineLimits {
    /// Reads the two variables.
    ///
    /// # Errors
    /// A variable that cannot be read.
    pub(crate) fn from_env(env: &Env) -> Result<Self, ConfigError> {
        let default = Self::default();
        Ok(Self {
            line: env.parse("SAFELIGHT_HASH_LINE")?.unwrap_or(default.line).max(1),
            lane: env.parse("SAFELIGHT_HASH_LANE")?.unwrap_or(default.lane).max(1),
        })
    }
}

/// Whose hash it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// An account that is logged in, or has an open login from this network.
    Known(Uuid),
    /// Anybody else.
    Stranger(ClientNetwork),
}

/// There is no place to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// Too many of the same account or network wait already.
    #[error("Too many requests at once, try again later")]
    Lane,
    /// Too many wait altogether.
    #[error("The server is busy, try again later")]
    Line,
}

/// Hands out turns. Cheap to clone.
#[derive(Clone)]
pub(super) struct HashLine(Arc<Shared>);

struct Shared {
    limits: LineLimits,
    state: Mutex<State>,
}

struct State {
    /// Turns that nobody has.
    free: usize,
    /// Of known accounts, of strangers.
    lines: [Line; 2],
    /// Which of the two is next.
    next: usize,
}

/// Lanes in the order of their turns. None is empty.
#[derive(Default)]
struct Line(VecDeque<(Lane, VecDeque<oneshot::Sender<Turn>>)>);

/// The right to compute one hash; the next one has it when this is dropped.
pub(super) struct Turn(Option<Arc<Shared>>);

impl HashLine {
    /// So many turns at once.
    pub(super) fn new(turns: usize, limits: &LineLimits) -> Self {
        Self(Arc::new(Shared {
            limits: limits.clone(),
            state: Mutex::new(State {
                free: turns,
                lines: [Line::default(), Line::default()],
                next: 0,
            }),
        }))
    }

    /// Waits for a turn. Who stops waiting leaves the line.
    pub(super) async fn enter(&self, lane: Lane) -> Result<Turn, Refusal> {
        let place = {
            let mut state = self.0.state();
            if state.free > 0 {
                state.free -= 1;
                return Ok(Turn(Some(self.0.clone())));
            }
            let [known, strangers] = &mut state.lines;
            let joined = match lane {
                Lane::Known(_) => known,
                Lane::Stranger(_) => strangers,
            };
            joined.join(lane, &self.0.limits)?
        };
        // The place was given to somebody who came alone.
        place.await.map_err(|_given_away| Refusal::Line)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives a turn to who is next, or lays it aside.
    fn pass_on(self: Arc<Self>) {
        let mut turn = Turn(Some(self.clone()));
        loop {
            let mut state = self.state();
            let Some(place) = state.leave() else {
                state.free += 1;
                turn.0 = None;
                return;
            };
            drop(state);
            match place.send(turn) {
                Ok(()) => return,
                // Nobody waits there any more.
                Err(back) => turn = back,
            }
        }
    }
}

impl State {
    /// Takes out who is next.
    fn leave(&mut self) -> Option<oneshot::Sender<Turn>> {
        let [known, strangers] = &mut self.lines;
        let order = if self.next == 0 {
            [known, strangers]
        } else {
            [strangers, known]
        };
        self.next = 1 - self.next;
        order.into_iter().find_map(Line::leave)
    }
}

impl Line {
    fn join(&mut self, lane: Lane, limits: &LineLimits) -> Result<oneshot::Receiver<Turn>, Refusal> {
        if self.waiting() >= limits.line || self.of(lane) >= limits.lane {
            self.forget_gone();
        }
        let own = self.of(lane);
        if own >= limits.lane {
            return Err(Refusal::Lane);
        }
        if self.waiting() >= limits.line && !self.shorten_longest(own + 1) {
            return Err(Refusal::Line);
        }
        let (sender, receiver) = oneshot::channel();
        match self.0.iter_mut().find(|(other, _)| *other == lane) {
            Some((_, places)) => places.push_back(sender),
            None => self.0.push_back((lane, VecDeque::from([sender]))),
        }
        Ok(receiver)
    }

    fn leave(&mut self) -> Option<oneshot::Sender<Turn>> {
        let (lane, mut places) = self.0.pop_front()?;
        let first = places.pop_front();
        if !places.is_empty() {
            self.0.push_back((lane, places));
        }
        first
    }

    fn waiting(&self) -> usize {
        self.0.iter().map(|(_, places)| places.len()).sum()
    }

    fn of(&self, lane: Lane) -> usize {
        let own = self.0.iter().find(|(other, _)| *other == lane);
        own.map_or(0, |(_, places)| places.len())
    }

    fn forget_gone(&mut self) {
        for (_, places) in &mut self.0 {
            places.retain(|place| !place.is_closed());
        }
        self.0.retain(|(_, places)| !places.is_empty());
    }

    /// Sends the last of the longest lane away, where that is longer than `than`.
    fn shorten_longest(&mut self, than: usize) -> bool {
        let longest = self.0.iter_mut().max_by_key(|(_, places)| places.len());
        match longest {
            Some((_, places)) if places.len() > than => places.pop_back().is_some(),
            _ => false,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(line) = self.0.take() {
            line.pass_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        future::Future,
        net::{IpAddr, Ipv4Addr},
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    type Waiting = Pin<Box<dyn Future<Output = Result<Turn, Refusal>>>>;

    fn stranger(last: u8) -> Lane {
        Lane::Stranger(IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)).into())
    }

    fn known(number: u128) -> Lane {
        Lane::Known(Uuid::from_u128(number))
    }

    fn look(waiting: &mut Waiting) -> Poll<Result<Turn, Refusal>> {
        waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()))
    }

    /// Joins the line, and does not have a turn at once.
    fn wait(queue: &HashLine, lane: Lane) -> Waiting {
        let queue = queue.clone();
        let mut waiting: Waiting = Box::pin(async move { queue.enter(lane).await });
        assert!(look(&mut waiting).is_pending());
        waiting
    }

    fn refused(queue: &HashLine, lane: Lane) -> Option<Refusal> {
        let queue = queue.clone();
        let mut waiting: Waiting = Box::pin(async move { queue.enter(lane).await });
        match look(&mut waiting) {
            Poll::Ready(answer) => answer.err(),
            Poll::Pending => None,
        }
    }

    /// Gives the turn on, again and again: in which order those of `waiting` have it.
    fn order(mut turn: Turn, mut waiting: Vec<(&'static str, Waiting)>) -> Vec<&'static str> {
        let mut order = Vec::new();
        while !waiting.is_empty() {
            drop(turn);
            let next = waiting
                .iter_mut()
                .enumerate()
                .find_map(|(place, (_, one))| match look(one) {
                    Poll::Ready(Ok(turn)) => Some((place, turn)),
                    _ => None,
                });
            let (place, has_turn) = next.expect("nobody has the turn");
            turn = has_turn;
            order.push(waiting.remove(place).0);
        }
        order
    }

    fn busy(limits: &LineLimits) -> (HashLine, Turn) {
        let line = HashLine::new(1, limits);
        let first: Option<Turn> = futures_util::FutureExt::now_or_never(line.enter(stranger(0))).and_then(Result::ok);
        (line, first.expect("the first has a turn at once"))
    }

    #[test]
    fn one_who_sends_many_waits_behind_themselves() {
        let (line, turn) = busy(&LineLimits::default());
        let waiting = vec![
            ("a1", wait(&line, stranger(1))),
            ("a2", wait(&line, stranger(1))),
            ("a3", wait(&line, stranger(1))),
            ("b", wait(&line, stranger(2))),
            ("c", wait(&line, stranger(3))),
        ];
        assert_eq!(order(turn, waiting), ["a1", "b", "c", "a2", "a3"]);
    }

    #[test]
    fn strangers_cost_the_known_every_other_turn_and_no_place() {
        let limits = LineLimits { line: 3, lane: 3 };
        let (line, turn) = busy(&limits);
        let mut waiting = vec![
            ("s1", wait(&line, stranger(1))),
            ("s2", wait(&line, stranger(2))),
            ("s3", wait(&line, stranger(3))),
        ];
        assert_eq!(refused(&line, stranger(4)), Some(Refusal::Line));
        waiting.push(("k1", wait(&line, known(1))));
        waiting.push(("k2", wait(&line, known(2))));
        assert_eq!(order(turn, waiting), ["k1", "s1", "k2", "s2", "s3"]);
    }

    #[test]
    fn lanes_and_lines_are_bounded_and_who_comes_alone_finds_a_place() {
        let limits = LineLimits { line: 4, lane: 3 };
        let (line, turn) = busy(&limits);
        let mut crowd: Vec<Waiting> = (0..3).map(|_| wait(&line, stranger(1))).collect();
        assert_eq!(refused(&line, stranger(1)), Some(Refusal::Lane));
        let second = wait(&line, stranger(2));
        let third = wait(&line, stranger(3));
        let last = crowd.pop().map(|mut last| look(&mut last));
        assert!(matches!(last, Some(Poll::Ready(Err(Refusal::Line)))));
        let [one, two] = <[Waiting; 2]>::try_from(crowd).ok().unwrap();
        let waiting = vec![("a1", one), ("a2", two), ("b", second), ("c", third)];
        assert_eq!(order(turn, waiting), ["a1", "b", "c", "a2"]);
    }

    #[test]
    fn who_stops_waiting_keeps_no_place_and_no_turn() {
        let limits = LineLimits { line: 2, lane: 2 };
        let (line, turn) = busy(&limits);
        drop(wait(&line, stranger(1)));
        drop(wait(&line, stranger(1)));
        let (one, two) = (wait(&line, stranger(2)), wait(&line, stranger(3)));
        // One that has its turn, and goes before it has seen it.
        drop(turn);
        drop(one);
        assert_eq!(order(Turn(None), vec![("two", two)]), ["two"]);
        // The turn is there again.
        assert_eq!(line.0.state().free, 1);
    }
}
