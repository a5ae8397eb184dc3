//! Strings: plain ones, e-mail addresses, UUIDs, patterns.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use uuid::Uuid;

use super::{
    bounds::Bound,
    issue::{Issue, type_name, type_of},
    rule::{Place, Rule},
};

/// The address pattern of the contract, as a JavaScript literal.
const EMAIL: &str = r"/^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/";

/// UUIDs of version 4 only: what the contract takes for ids.
const UUID_V4: &str = "/^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-4[0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12})$/";

const ANY_UUID: &str = "/^([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})$/";

static EMAIL_REGEX: LazyLock<Option<Regex>> = LazyLock::new(|| literal_regex(EMAIL));

/// Compiles what stands between the slashes of a JavaScript regex; `None` if that is no regex here.
pub(super) fn literal_regex(literal: &str) -> Option<Regex> {
    // Digits are those of ASCII there, and here all that Unicode has.
    let same = literal.replace(r"\d", "[0-9]");
    Regex::new(same.trim_start_matches('/').trim_end_matches('/')).ok()
}

/// A string of at most [`Bound::Text`] characters.
pub fn text() -> Text {
    Text { most: Bound::Text }
}

/// A string of at most [`Bound::Name`] characters.
pub fn name() -> Text {
    text().within(Bound::Name)
}

/// See [`text`].
pub struct Text {
    most: Bound,
}

impl Text {
    /// At most so many characters, by another bound.
    pub fn within(mut self, most: Bound) -> Self {
        self.most = most;
        self
    }
}

impl Rule for Text {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        bounded(string(value, at)?, self.most, at).map(str::to_owned)
    }
}

/// An e-mail address, lower-cased: accounts are found whatever the case.
pub fn email() -> Email {
    Email
}

/// See [`email`].
pub struct Email;

impl Rule for Email {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        let message = format!("Invalid input: expected email, received {}", type_of(value));
        let Some(Value::String(text)) = value else {
            let mut issue = Issue::wrong_type("string", "email", "");
            issue.message = message;
            at.report(issue);
            return None;
        };
        let text = bounded(text, Bound::Name, at)?;
        if EMAIL_REGEX.as_ref().is_some_and(|regex| regex.is_match(text)) {
            return Some(text.to_lowercase());
        }
        at.report(format_issue("email", EMAIL, message));
        None
    }
}

/// A UUID of version 4.
pub fn uuid() -> UuidV4 {
    UuidV4
}

/// A UUID of any version: ids that are not the contract's.
pub fn any_uuid() -> AnyUuid {
    AnyUuid
}

/// See [`uuid`].
pub struct UuidV4;

/// See [`any_uuid`].
pub struct AnyUuid;

impl Rule for UuidV4 {
    type Out = Uuid;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Uuid> {
        let is_v4 = |id: &Uuid| id.get_version_num() == 4 && id.get_variant() == uuid::Variant::RFC4122;
        let id = spelled(string(value, at)?).filter(is_v4);
        if id.is_none() {
            at.report(format_issue("uuid", UUID_V4, "Invalid UUID".to_owned()));
        }
        id
    }
}

impl Rule for AnyUuid {
    type Out = Uuid;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Uuid> {
        let id = spelled(string(value, at)?);
        if id.is_none() {
            at.report(format_issue("uuid", ANY_UUID, "Invalid UUID".to_owned()));
        }
        id
    }
}

/// The parser of the library takes more spellings (no dashes, braces), hence the length.
fn spelled(text: &str) -> Option<Uuid> {
    Uuid::try_parse(text).ok().filter(|_| text.len() == 36)
}

/// A string that matches a JavaScript regex literal (`/^\d{6}$/`), which must mean the same here.
pub fn pattern(literal: &'static str) -> Pattern {
    Pattern {
        literal,
        regex: literal_regex(literal),
    }
}

/// See [`pattern`].
pub struct Pattern {
    literal: &'static str,
    regex: Option<Regex>,
}

impl Rule for Pattern {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        let text = string(value, at)?;
        if self.regex.as_ref().is_some_and(|regex| regex.is_match(text)) {
            return Some(text.to_owned());
        }
        let message = format!("Invalid string: must match pattern {}", self.literal);
        at.report(format_issue("regex", self.literal, message));
        None
    }
}

/// The value as a string, or the issue that it is none. What is not held to a pattern needs a bound as well.
fn string<'v>(value: Option<&'v Value>, at: &mut Place<'_>) -> Option<&'v str> {
    if let Some(Value::String(text)) = value {
        return Some(text);
    }
    at.report(Issue::wrong_type("string", "string", type_name(value)));
    None
}

/// The text, or the issue that it is too long (in UTF-16 units, as clients count).
fn bounded<'v>(text: &'v str, most: Bound, at: &mut Place<'_>) -> Option<&'v str> {
    let most = most.most();
    // No character has fewer bytes than UTF-16 units.
    if text.len() <= most || text.encode_utf16().take(most.saturating_add(1)).count() <= most {
        return Some(text);
    }
    at.report(Issue::too_big("string", most, "characters").fatal());
    None
}

/// A string of the wrong form.
pub(super) fn format_issue(format: &str, pattern: &str, message: String) -> Issue {
    Issue::new(
        [
            ("origin", "string".into()),
            ("code", "invalid_format".into()),
            ("format", format.into()),
            ("pattern", pattern.into()),
        ],
        message,
    )
}
