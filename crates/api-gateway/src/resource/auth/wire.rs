//! The JSON of `/auth`.

use serde::Serialize;
use uuid::Uuid;

use crate::http::validate::{Rule, boolean, email, given_password, name, new_password, pattern, shape};

/// What a PIN is.
pub(crate) const PIN: &str = r"/^\d{6}$/";

shape! {
    /// The first account.
    pub(super) struct SignUp {
        email: String = "email", email();
        password: String = "password", new_password();
        name: String = "name", name();
    }

    /// Who wants in.
    pub(super) struct Login compared ["password"] {
        email: String = "email", email();
        password: String = "password", given_password();
    }

    /// A new password for the caller.
    pub(super) struct ChangePassword compared ["password"] {
        password: String = "password", given_password();
        new_password: String = "newPassword", new_password();
        /// End all other sessions.
        invalidate_sessions: bool = "invalidateSessions", boolean().or(false);
    }

    /// A first PIN.
    pub(super) struct NewPin(String = "pinCode", pattern(PIN));

    /// The PIN or the password, to prove who is there.
    pub(super) struct PinProof compared ["password"] {
        pin_code: Option<String> = "pinCode", pattern(PIN).optional();
        password: Option<String> = "password", given_password().optional();
    }

    /// Another PIN.
    pub(super) struct ChangePin compared ["password"] {
        proof: PinProof;
        new_pin_code: String = "newPinCode", pattern(PIN);
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
