//! The JSON of `/auth`.

use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{Fields, Rule, Shape, boolean, email, given_password, name, new_password, pattern};

/// What a PIN is.
pub(crate) const PIN: &str = r"/^\d{6}$/";

/// The first account.
pub(super) struct SignUp {
    pub(super) email: String,
    pub(super) password: String,
    pub(super) name: String,
}

impl Shape for SignUp {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let email = fields.read("email", email());
        let password = fields.read("password", new_password());
        let name = fields.read("name", name());
        Some(Self {
            email: email?,
            password: password?,
            name: name?,
        })
    }
}

/// Who wants in.
pub(super) struct Login {
    pub(super) email: String,
    pub(super) password: String,
}

impl Shape for Login {
    const COMPARED: &'static [&'static str] = &["password"];

    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let email = fields.read("email", email());
        let password = fields.read("password", given_password());
        Some(Self {
            email: email?,
            password: password?,
        })
    }
}

/// A new password for the caller.
pub(super) struct ChangePassword {
    pub(super) password: String,
    pub(super) new_password: String,
    /// End all other sessions.
    pub(super) invalidate_sessions: bool,
}

impl Shape for ChangePassword {
    const COMPARED: &'static [&'static str] = &["password"];

    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let password = fields.read("password", given_password());
        let new_password = fields.read("newPassword", new_password());
        let invalidate_sessions = fields.read("invalidateSessions", boolean().or(false));
        Some(Self {
            password: password?,
            new_password: new_password?,
            invalidate_sessions: invalidate_sessions?,
        })
    }
}

/// A first PIN.
pub(super) struct NewPin(pub(super) String);

impl Shape for NewPin {
    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        fields.read("pinCode", pattern(PIN)).map(Self)
    }
}

/// The PIN or the password, to prove who is there.
pub(super) struct PinProof {
    pub(super) pin_code: Option<String>,
    pub(super) password: Option<String>,
}

impl Shape for PinProof {
    const COMPARED: &'static [&'static str] = &["password"];

    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let pin_code = fields.read("pinCode", pattern(PIN).optional());
        let password = fields.read("password", given_password().optional());
        Some(Self {
            pin_code: pin_code?,
            password: password?,
        })
    }
}

/// Another PIN.
pub(super) struct ChangePin {
    pub(super) proof: PinProof,
    pub(super) new_pin_code: String,
}

impl Shape for ChangePin {
    const COMPARED: &'static [&'static str] = &["password"];

    fn read(fields: &mut Fields<'_, '_>) -> Option<Self> {
        let proof = PinProof::read(fields);
        let new_pin_code = fields.read("newPinCode", pattern(PIN));
        Some(Self {
            proof: proof?,
            new_pin_code: new_pin_code?,
        })
    }
}

/// An open session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LoginResponse {
    pub(super) access_token: String,
    pub(super) user_id: Uuid,
    pub(super) user_email: String,
    pub(super) name: String,
    pub(super) is_admin: bool,
    pub(super) profile_image_path: String,
    pub(super) should_change_password: bool,
    pub(super) is_onboarded: bool,
}

/// What the caller's account and session are protected by.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    pub(super) pin_code: bool,
    pub(super) password: bool,
    pub(super) is_elevated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expires_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) pin_expires_at: Option<String>,
}
