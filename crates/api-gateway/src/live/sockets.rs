//! All sockets that are open here, and who may be told what.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::{
    SocketLimits, SocketMetrics,
    outbox::{Order, Outbox, Pushed},
    packet,
};
use crate::access::Auth;

/// A socket whose session is over stays open for this long, deaf: the page that hears of it goes away by itself, and one
/// that is told to disconnect first would say so to its owner.
const FAREWELL: Duration = Duration::from_secs(5);

/// The sockets of this process.
pub(crate) struct Sockets {
    pub(super) limits: SocketLimits,
    pub(super) metrics: SocketMetrics,
    /// Somebody has to look whether the members' credentials are still good.
    pub(super) recheck: Notify,
    members: RwLock<HashMap<Uuid, Vec<Arc<Member>>>>,
    seats: AtomicUsize,
    number: AtomicU64,
    /// The gateway stops: no new sockets are taken, and the others go elsewhere.
    pub(super) closing: watch::Sender<bool>,
}

/// A socket whose client is known.
pub(super) struct Member {
    number: u64,
    user: Uuid,
    is_admin: AtomicBool,
    pub(super) session: Option<Uuid>,
    pub(super) key: Option<Uuid>,
    outbox: Arc<Outbox>,
}

type Members = HashMap<Uuid, Vec<Arc<Member>>>;

impl Sockets {
    /// None yet.
    pub(crate) fn new(limits: SocketLimits, metrics: SocketMetrics) -> Arc<Self> {
        Arc::new(Self {
            limits,
            metrics,
            recheck: Notify::new(),
            members: RwLock::default(),
            seats: AtomicUsize::new(0),
            number: AtomicU64::new(0),
            closing: watch::Sender::new(false),
        })
    }

    /// A place for one more socket; `None` where all are taken or the gateway is stopping.
    pub(super) fn seat(self: &Arc<Self>) -> Option<Seat> {
        let seat = Seat(self.clone());
        let taken = self.seats.fetch_add(1, Ordering::SeqCst);
        self.metrics.open.inc();
        if *self.closing.borrow() {
            return None;
        }
        if taken >= self.limits.most {
            self.metrics.refused.inc();
            return None;
        }
        Some(seat)
    }

    /// Lets a socket hear of what happens, until the ticket is dropped.
    pub(super) fn join(self: &Arc<Self>, auth: &Auth, outbox: Arc<Outbox>) -> Ticket {
        let member = Arc::new(Member {
            number: self.number.fetch_add(1, Ordering::Relaxed),
            user: auth.id(),
            is_admin: AtomicBool::new(auth.user.is_admin),
            session: auth.session().map(|session| session.id),
            key: auth.key().map(|key| key.id),
            outbox,
        });
        self.write().entry(member.user).or_default().push(member.clone());
        Ticket {
            sockets: self.clone(),
            member,
        }
    }

    /// Whether a socket of this account is open here.
    pub(super) fn has(&self, user: Uuid) -> bool {
        self.read().contains_key(&user)
    }

    /// Sends an event to the sockets of an account.
    pub(super) fn to_user(&self, user: Uuid, event: &str, arguments: Vec<Value>) {
        let members = self.read();
        if let Some(members) = members.get(&user) {
            self.send(members.iter(), event, arguments);
        }
    }

    /// Sends an event to the sockets of administrators.
    pub(super) fn to_admins(&self, event: &str, arguments: Vec<Value>) {
        let members = self.read();
        let admins = members
            .values()
            .flatten()
            .filter(|member| member.is_admin.load(Ordering::Relaxed));
        self.send(admins, event, arguments);
    }

    /// Sends an event to everybody.
    pub(super) fn broadcast(&self, event: &str, arguments: Vec<Value>) {
        self.send(self.read().values().flatten(), event, arguments);
    }

    fn send<'a>(&self, to: impl Iterator<Item = &'a Arc<Member>>, event: &str, arguments: Vec<Value>) {
        let mut to = to.peekable();
        if to.peek().is_none() {
            return;
        }
        let frame = packet::event(event, arguments);
        for member in to {
            self.push(member, frame.clone());
        }
    }

    fn push(&self, member: &Member, frame: Bytes) {
        match member.outbox.push(frame) {
            Pushed::Queued => drop(self.metrics.sent.inc()),
            Pushed::Deaf => {}
            Pushed::Overflow => {
                self.metrics.slow.inc();
                tracing::warn!(user.id = %member.user, "a socket is closed: its client reads too slowly");
            }
        }
    }

    /// Tells the sockets of these sessions that they are over, and closes them.
    pub(super) fn end_sessions(&self, ended: &HashSet<Uuid>) {
        self.expel(|member| member.session.is_some_and(|session| ended.contains(&session)));
    }

    /// Closes the sockets of these API keys.
    pub(super) fn end_keys(&self, ended: &HashSet<Uuid>) {
        self.expel(|member| member.key.is_some_and(|key| ended.contains(&key)));
    }

    /// Closes the sockets of an account.
    pub(super) fn end_user(&self, user: Uuid) {
        self.expel(|member| member.user == user);
    }

    /// What is true of the members' accounts by now.
    pub(super) fn set_admins(&self, users: &HashMap<Uuid, bool>) {
        let members = self.read();
        for (user, is_admin) in users {
            for member in members.get(user).into_iter().flatten() {
                member.is_admin.store(*is_admin, Ordering::Relaxed);
            }
        }
    }

    /// Every member of this moment.
    pub(super) fn snapshot(&self) -> Vec<Arc<Member>> {
        self.read().values().flatten().cloned().collect()
    }

    /// Sends all clients to another gateway; no new ones are taken.
    pub(crate) fn close_all(&self) {
        self.closing.send_replace(true);
    }

    fn expel(&self, whom: impl Fn(&Member) -> bool) {
        let mut members = self.write();
        for members in members.values_mut() {
            members.retain(|member| {
                let expelled = whom(member);
                if expelled {
                    if let Some(session) = member.session {
                        self.push(
                            member,
                            packet::event("on_session_delete", vec![session.to_string().into()]),
                        );
                    }
                    member.outbox.order(Order::Expel(FAREWELL));
                }
                !expelled
            });
        }
        members.retain(|_, members| !members.is_empty());
    }

    fn leave(&self, member: &Member) {
        let mut members = self.write();
        if let Some(others) = members.get_mut(&member.user) {
            others.retain(|other| other.number != member.number);
            if others.is_empty() {
                members.remove(&member.user);
            }
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Members> {
        self.members.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Members> {
        self.members.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the open sockets; free again when dropped.
pub(super) struct Seat(Arc<Sockets>);

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.seats.fetch_sub(1, Ordering::SeqCst);
        self.0.metrics.open.dec();
    }
}

/// Membership of a socket; it hears nothing more when this is dropped.
pub(super) struct Ticket {
    sockets: Arc<Sockets>,
    member: Arc<Member>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.sockets.leave(&self.member);
    }
}
