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
use crate::access::{Auth, Permission};

/// A socket whose session is over stays open for this long, deaf: the page that hears of it goes away by itself, and one
/// that is told to disconnect first would say so to its owner.
const FAREWELL: Duration = Duration::from_secs(5);

/// The sockets of this process.
pub(crate) struct Sockets {
    pub(super) limits: SocketLimits,
    pub(super) metrics: SocketMetrics,
    /// Somebody has to look whether the members' credentials are still good.
    pub(super) rechecks: Notify,
    members: RwLock<HashMap<Uuid, Vec<Arc<Member>>>>,
    seats: AtomicUsize,
    /// Sockets that are only told that their credentials are bad.
    at_the_door: AtomicUsize,
    number: AtomicU64,
    /// The gateway stops: no new sockets are taken, and the others go elsewhere.
    pub(super) closing: watch::Sender<bool>,
}

/// A socket whose client is known.
pub(super) struct Member {
    number: u64,
    user: Uuid,
    is_admin: AtomicBool,
    /// What an API key may; nothing for a session, which may everything.
    permissions: RwLock<Option<Vec<Permission>>>,
    pub(super) session: Option<Uuid>,
    pub(super) key: Option<Uuid>,
    outbox: Arc<Outbox>,
}

impl Member {
    fn may(&self, permission: Permission) -> bool {
        let permissions = self.permissions.read().unwrap_or_else(PoisonError::into_inner);
        permissions
            .as_ref()
            .is_none_or(|has| has.iter().any(|has| *has == permission || *has == Permission::All))
    }
}

/// What is true of the credentials of open sockets by now.
#[derive(Default)]
pub(super) struct Rights {
    /// Whether accounts are administrators.
    pub(super) admins: HashMap<Uuid, bool>,
    /// What API keys may.
    pub(super) keys: HashMap<Uuid, Vec<Permission>>,
}

type Members = HashMap<Uuid, Vec<Arc<Member>>>;

impl Sockets {
    /// None yet.
    pub(crate) fn new(limits: SocketLimits, metrics: SocketMetrics) -> Arc<Self> {
        Arc::new(Self {
            limits,
            metrics,
            rechecks: Notify::new(),
            members: RwLock::default(),
            seats: AtomicUsize::new(0),
            at_the_door: AtomicUsize::new(0),
            number: AtomicU64::new(0),
            closing: watch::Sender::new(false),
        })
    }

    /// A place for one more socket; `None` where all are taken or the gateway is stopping.
    pub(super) fn seat(self: &Arc<Self>) -> Option<Seat> {
        self.take(|sockets| &sockets.seats, self.limits.most)
    }

    /// A place for one that is only told that its credentials are bad. There are few, and none of the others is taken by
    /// it; `None` where all are taken or the gateway is stopping.
    pub(super) fn seat_at_the_door(self: &Arc<Self>) -> Option<Seat> {
        self.take(|sockets| &sockets.at_the_door, self.limits.strangers)
    }

    fn take(self: &Arc<Self>, of: fn(&Self) -> &AtomicUsize, most: usize) -> Option<Seat> {
        let taken = of(self).fetch_add(1, Ordering::SeqCst);
        self.metrics.open.inc();
        // Given back where it is not handed out.
        let seat = Seat {
            sockets: self.clone(),
            of,
        };
        if *self.closing.borrow() {
            return None;
        }
        if taken >= most {
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
            permissions: RwLock::new(auth.key().map(|key| key.permissions.clone())),
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

    /// Sends an event to the sockets of an account; those of API keys have to have the permission to read what it tells.
    pub(super) fn to_user(&self, user: Uuid, needs: Permission, event: &str, arguments: Vec<Value>) {
        let members = self.read();
        let theirs = members.get(&user).into_iter().flatten();
        self.send(theirs.filter(|member| member.may(needs)), event, arguments);
    }

    /// The same to the sockets of administrators.
    pub(super) fn to_admins(&self, needs: Permission, event: &str, arguments: Vec<Value>) {
        let members = self.read();
        let admins = members
            .values()
            .flatten()
            .filter(|member| member.is_admin.load(Ordering::Relaxed) && member.may(needs));
        self.send(admins, event, arguments);
    }

    /// The same to everybody.
    pub(super) fn to_all(&self, needs: Permission, event: &str, arguments: Vec<Value>) {
        let members = self.read();
        let all = members.values().flatten().filter(|member| member.may(needs));
        self.send(all, event, arguments);
    }

    /// Sends an event to everybody that tells nothing which any caller could not read.
    pub(super) fn announce(&self, event: &str) {
        self.send(self.read().values().flatten(), event, Vec::new());
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

    /// What the members may by now.
    pub(super) fn set_rights(&self, rights: &Rights) {
        for member in self.read().values().flatten() {
            if let Some(is_admin) = rights.admins.get(&member.user) {
                member.is_admin.store(*is_admin, Ordering::Relaxed);
            }
            if let Some(permissions) = member.key.and_then(|key| rights.keys.get(&key)) {
                let mut has = member.permissions.write().unwrap_or_else(PoisonError::into_inner);
                *has = Some(permissions.clone());
            }
        }
    }

    /// Somebody's credentials have changed: the sockets here are looked at soon. Other gateways look by their clock.
    pub(crate) fn recheck(&self) {
        self.rechecks.notify_one();
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
pub(super) struct Seat {
    sockets: Arc<Sockets>,
    of: fn(&Sockets) -> &AtomicUsize,
}

impl Drop for Seat {
    fn drop(&mut self) {
        (self.of)(&self.sockets).fetch_sub(1, Ordering::SeqCst);
        self.sockets.metrics.open.dec();
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
