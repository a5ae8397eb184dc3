//! Passwords: new ones follow the one rule, given ones are any text.

use safelight_credentials::{PASSWORD_MAX_BYTES, PASSWORD_MIN_BYTES, PasswordError, check_password};
use serde_json::Value;

use super::{
    issue::{Issue, type_name},
    rule::{Place, Rule},
};

/// A password to be set ([`check_password`]).
pub fn new_password() -> NewPassword {
    NewPassword
}

/// A password that is compared with the one of an account: one that could never be set is a wrong one, not a bad request.
pub fn given_password() -> GivenPassword {
    GivenPassword
}

/// See [`new_password`].
pub struct NewPassword;

/// See [`given_password`].
pub struct GivenPassword;

impl Rule for NewPassword {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        let text = string(value, at)?;
        match check_password(text) {
            Ok(()) => return Some(text.to_owned()),
            Err(PasswordError::TooShort) => at.report(bound(
                ("too_small", "minimum", PASSWORD_MIN_BYTES),
                format!("Too small: expected string to have >={PASSWORD_MIN_BYTES} characters"),
            )),
            Err(PasswordError::TooLong) => at.report(bound(
                ("too_big", "maximum", PASSWORD_MAX_BYTES),
                format!("Too big: expected string to have <={PASSWORD_MAX_BYTES} bytes"),
            )),
            Err(error @ PasswordError::Nul) => at.report(Issue::custom(format!("Invalid input: {error}"))),
        }
        None
    }
}

impl Rule for GivenPassword {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        string(value, at).map(str::to_owned)
    }
}

fn string<'v>(value: Option<&'v Value>, at: &mut Place<'_>) -> Option<&'v str> {
    let text = value.and_then(Value::as_str);
    if text.is_none() {
        at.report(Issue::wrong_type("string", "string", type_name(value)));
    }
    text
}

fn bound((code, name, bytes): (&str, &str, usize), message: String) -> Issue {
    let keys = [
        ("origin", "string".into()),
        ("code", code.into()),
        (name, bytes.into()),
        ("inclusive", true.into()),
    ];
    Issue::new(keys, message)
}
