//! Who calls.

use reqwest::header::HeaderMap;

use super::world::{self, Kind};

/// A kind of caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    Nobody,
    WrongToken,
    Owner,
    /// The owner, in a session opened by PIN.
    Unlocked,
    /// A key of the owner with the one permission that the route needs.
    ExactKey,
    /// A key of the owner with every permission but that one.
    OtherKey,
    /// A key of the owner that may everything.
    FullKey,
    Editor,
    Viewer,
    Stranger,
    Admin,
    AdminKey,
}

pub(super) use Caller::{
    Admin, AdminKey, Editor, ExactKey, FullKey, Nobody, OtherKey, Owner, Stranger, Unlocked, Viewer, WrongToken,
};

/// All of them.
pub(super) const CALLERS: [Caller; 12] = [
    Nobody, WrongToken, Owner, Unlocked, ExactKey, OtherKey, FullKey, Editor, Viewer, Stranger, Admin, AdminKey,
];

impl Caller {
    pub(super) fn is_owner(self) -> bool {
        matches!(self, Owner | Unlocked | ExactKey | OtherKey | FullKey)
    }

    pub(super) fn is_admin(self) -> bool {
        matches!(self, Admin | AdminKey)
    }

    /// The secret of its key, where it is one that a route's permission decides about.
    pub(super) fn special_key(self, permission: &str, world: u32) -> Option<String> {
        match self {
            ExactKey => Some(format!("exact-{permission}-{world}")),
            OtherKey => Some(format!("other-{permission}-{world}")),
            _ => None,
        }
    }

    /// Its credentials in a world.
    pub(super) fn headers(self, permission: &str, world: u32) -> HeaderMap {
        let session = |number: u32| Some(("x-immich-user-token", format!("session-{number}-{world}")));
        let header = match self {
            Nobody => None,
            WrongToken => Some(("x-immich-user-token", "wrong".to_owned())),
            Owner => session(1),
            Editor => session(2),
            Viewer => session(3),
            Stranger => session(4),
            Admin => session(5),
            Unlocked => session(6),
            FullKey => Some(("x-api-key", format!("all-1-{world}"))),
            AdminKey => Some(("x-api-key", format!("all-5-{world}"))),
            ExactKey | OtherKey => self.special_key(permission, world).map(|key| ("x-api-key", key)),
        };
        header
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .into_iter()
            .collect()
    }

    /// Whether it may see an asset at all, by whatever route.
    pub(super) fn sees(self, kind: Kind) -> bool {
        match self {
            Unlocked => true,
            Owner | ExactKey | OtherKey | FullKey => !kind.is_locked(),
            Editor | Viewer => !kind.is_locked() && !kind.is_trashed(),
            Nobody | WrongToken | Stranger | Admin | AdminKey => false,
        }
    }

    /// Whether it may see another thing of the owner.
    pub(super) fn sees_thing(self, thing: u32) -> bool {
        match thing {
            world::ALBUM => self.is_owner() || matches!(self, Editor | Viewer),
            // Administrators see on which devices somebody is logged in.
            world::SESSION => self.is_owner() || self.is_admin(),
            _ => self.is_owner(),
        }
    }
}
