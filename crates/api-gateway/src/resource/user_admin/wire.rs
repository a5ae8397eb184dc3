//! The JSON of administrators.

use uuid::Uuid;

use super::label;
use crate::{
    http::validate::{
        Fields, Rule, Shape, boolean, choice, email, integer, name, new_password, pattern, query_boolean, shape, uuid,
    },
    resource::{auth::PIN, user::COLORS},
};

shape! {
    /// Which accounts to list.
    pub(super) struct Search {
        id: Option<Uuid> = "id", uuid().optional();
        with_deleted: bool = "withDeleted", query_boolean().or(false);
    }
}

/// What an administrator says of an account; where a field is missing, it stays or gets its default. In the nested ones
/// `Some(None)` clears.
pub(super) struct Details {
    pub(super) avatar_color: Option<Option<&'static str>>,
    pub(super) pin_code: Option<Option<String>>,
    /// Cleaned: a label of which nothing is left is none.
    pub(super) storage_label: Option<Option<String>>,
    pub(super) quota_size_in_bytes: Option<Option<i64>>,
    pub(super) should_change_password: Option<bool>,
    pub(super) is_admin: Option<bool>,
}

impl Details {
    /// The fields that both forms share, in the order of the contract. `notify` is checked and then of no use: no mail is
    /// sent.
    fn read(fields: &mut Fields<'_, '_>, with_notify: bool) -> Option<Self> {
        let avatar_color = fields.read("avatarColor", choice(COLORS).nullish());
        let pin_code = fields.read("pinCode", pattern(PIN).nullish());
        let storage_label = fields.read("storageLabel", name().nullish());
        let quota_size_in_bytes = fields.read("quotaSizeInBytes", integer().min(0).nullish());
        let should_change_password = fields.read("shouldChangePassword", boolean().optional());
        if with_notify {
            fields.read("notify", boolean().optional());
        }
        let is_admin = fields.read("isAdmin", boolean().optional());
        Some(Self {
            avatar_color: avatar_color?,
            pin_code: pin_code?,
            storage_label: storage_label?.map(|label| label.as_deref().and_then(label::clean)),
            quota_size_in_bytes: quota_size_in_bytes?,
            should_change_password: should_change_password?,
            is_admin: is_admin?,
        })
    }

    fn is_empty(&self) -> bool {
        self.avatar_color.is_none()
            && self.pin_code.is_none()
            && self.storage_label.is_none()
            && self.quota_size_in_bytes.is_none()
            && self.should_change_password.is_none()
            && self.is_admin.is_none()
    }
}

/// A new account.
pub(super) struct NewUser {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) name: String,
    pub(super) details: Details,
}

impl Shape for NewUser {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let email = fields.read("email", email());
        let password = fields.read("password", new_password());
        let name = fields.read("name", name());
        let details = Details::read(fields, true);
        Some(Self {
            email: email?,
            password: password?,
            name: name?,
            details: details?,
        })
    }
}

/// Changes to an account.
pub(super) struct UserChanges {
    pub(super) email: Option<String>,
    pub(super) password: Option<String>,
    pub(super) name: Option<String>,
    pub(super) details: Details,
}

impl Shape for UserChanges {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let email = fields.read("email", email().optional());
        let password = fields.read("password", new_password().optional());
        let name = fields.read("name", name().optional());
        let details = Details::read(fields, false);
        Some(Self {
            email: email?,
            password: password?,
            name: name?,
            details: details?,
        })
    }
}

impl UserChanges {
    /// Whether nothing is to change.
    pub(super) fn is_empty(&self) -> bool {
        self.email.is_none() && self.password.is_none() && self.name.is_none() && self.details.is_empty()
    }
}

shape! {
    /// How an account goes: after some days, or at once.
    pub(super) struct Deletion {
        force: bool = "force", boolean().or(false);
    }
}
