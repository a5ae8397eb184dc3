//! The one rule: what a caller is answered on a route.

use reqwest::StatusCode;
use serde_json::Value;

use super::callers::{Caller, Editor, Nobody, OtherKey, Unlocked, Viewer, WrongToken};
use super::rows::{NO_ACCESS, Row};
use super::world::Kind;

/// Who may call a route, as the table of routes says.
#[derive(Clone, Debug)]
pub(super) struct Access {
    pub(super) who: String,
    pub(super) permission: String,
}

/// What the answer has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    /// 401 of the gate.
    Unauthenticated,
    /// 403 with these words.
    Forbidden(String),
    /// This status, with a message that begins so.
    Refused(u16, &'static str),
    /// A success.
    Done,
    /// A success, in which the asset is passed over (or not).
    PassedOver(bool),
    /// Whatever the route says to somebody who may call it.
    Anything,
    /// The same of a route that anybody may call, also with credentials that are wrong.
    Public,
}

use Expected::{Anything, Done, Forbidden, PassedOver, Public, Refused, Unauthenticated};

impl Caller {
    fn may_change(self, kind: Kind) -> bool {
        self.is_owner() && (self == Unlocked || !kind.is_locked())
    }

    /// What is locked is never shared, also where the folder is open.
    fn may_share(self, kind: Kind) -> bool {
        self.is_owner() && !kind.is_locked()
    }

    fn may_edit_album(self) -> bool {
        self.is_owner() || self == Editor
    }

    fn may_read_album(self) -> bool {
        self.may_edit_album() || self == Viewer
    }
}

/// What `caller` is answered on a route about an asset of this kind.
pub(super) fn expected(access: &Access, row: Row, caller: Caller, kind: Kind) -> Expected {
    gate(access, caller).unwrap_or_else(|| handler(row, caller, kind))
}

/// What comes before the route is asked at all.
fn gate(access: &Access, caller: Caller) -> Option<Expected> {
    let Access { who, permission } = access;
    if who == "public" {
        return Some(Public);
    }
    if matches!(caller, Nobody | WrongToken) {
        return Some(Unauthenticated);
    }
    if who == "admin" && !caller.is_admin() {
        return Some(Forbidden("Forbidden".to_owned()));
    }
    (caller == OtherKey && permission != "-").then(|| Forbidden(format!("Missing required permission: {permission}")))
}

fn handler(row: Row, caller: Caller, kind: Kind) -> Expected {
    let no_access = Refused(400, NO_ACCESS);
    let (may, refusal) = match row {
        Row::Open => return Anything,
        Row::Look => (caller.sees(kind), no_access),
        Row::Bytes => (caller.sees(kind), Refused(404, "Not Found")),
        Row::VideoBytes => (caller.sees(kind) && kind.is_moving(), Refused(404, "Not Found")),
        Row::Change => (caller.may_change(kind), no_access),
        Row::ReadAlbum | Row::Leave => (caller.may_read_album(), no_access),
        Row::ChangeAlbum => (caller.may_edit_album(), no_access),
        Row::DeleteAlbum => (caller.is_owner(), no_access),
        Row::IntoAlbum if caller.may_edit_album() => return PassedOver(!caller.may_share(kind)),
        Row::IntoAlbums => return PassedOver(!(caller.may_edit_album() && caller.may_share(kind))),
        // Moving parts are in no album.
        Row::OutOfAlbum if caller.may_edit_album() => return PassedOver(!caller.is_owner() || kind.is_moving()),
        Row::IntoAlbum | Row::OutOfAlbum => (false, no_access),
        Row::Own(words) => (caller.is_owner(), Refused(400, words)),
        Row::Visit => (false, Forbidden("Forbidden".to_owned())),
        Row::Person => (
            caller.is_owner() || caller.is_admin(),
            Forbidden("Forbidden".to_owned()),
        ),
    };
    if may { Done } else { refusal }
}

impl Expected {
    /// Whether something may change by such a request.
    pub(super) fn may_change(&self) -> bool {
        matches!(self, Done | PassedOver(_) | Anything | Public)
    }

    /// What is wrong with an answer; nothing where it is as it should be.
    pub(super) fn wrong(&self, caller: Caller, status: u16, body: &Value) -> Option<String> {
        let message = body["message"].as_str().unwrap_or_default();
        let success = StatusCode::from_u16(status).is_ok_and(|status| status.is_success() || status.is_redirection());
        let right = match self {
            Unauthenticated => status == 401 && NOBODY.contains(&message),
            Forbidden(words) => status == 403 && message == words.as_str(),
            Refused(expected, words) => status == *expected && message.starts_with(*words),
            Done => success,
            PassedOver(passed) => success && *passed == is_passed_over(body),
            Anything => is_no_fault(status) && !is_of_gate(status, message) && !is_locked_out(caller, status, message),
            Public => is_no_fault(status),
        };
        (!right).then(|| format!("{status} {message:?} instead of {self:?}"))
    }
}

/// The words of the gate for credentials that are missing or wrong.
const NOBODY: [&str; 3] = ["Authentication required", "Invalid user token", "Invalid API key"];

/// Whether an answer is one of the gate's.
fn is_of_gate(status: u16, message: &str) -> bool {
    match status {
        401 => NOBODY.contains(&message),
        403 => message == "Forbidden" || message.starts_with("Missing required permission"),
        _ => false,
    }
}

/// Whether the one who has opened the locked folder is told to open it.
fn is_locked_out(caller: Caller, status: u16, message: &str) -> bool {
    caller == Unlocked && status == 401 && message == "Elevated permission is required"
}

/// What is not there in this release is said so.
fn is_no_fault(status: u16) -> bool {
    status < 500 || status == 501
}

/// Whether the one asset of a request was left alone, for whatever reason but that it was there already.
fn is_passed_over(body: &Value) -> bool {
    let one = body.get(0).unwrap_or(body);
    one["success"] != true && one["error"] != "duplicate"
}
