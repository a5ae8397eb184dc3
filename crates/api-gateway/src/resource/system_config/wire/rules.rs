//! Rules that only the settings need.

use std::marker::PhantomData;

use safelight_core::{config::Secret, settings::check_cron};
use serde_json::Value;
use url::Url;

use crate::http::validate::{Integer, Issue, Place, Rule, integer, text};

/// A whole number of at least `min`, as the type of its setting.
pub(super) fn count<T: TryFrom<i64>>(min: i32) -> Count<T> {
    Count {
        inner: integer().min(min),
        kind: PhantomData,
    }
}

/// Any whole number, as the type of its setting.
pub(super) fn whole<T: TryFrom<i64>>() -> Count<T> {
    Count {
        inner: integer(),
        kind: PhantomData,
    }
}

/// A whole number within bounds, as the type of its setting.
pub(super) fn within<T: TryFrom<i64>>(min: i32, max: i32) -> Count<T> {
    Count {
        inner: integer().min(min).max(max),
        kind: PhantomData,
    }
}

/// See [`count`].
pub(super) struct Count<T> {
    inner: Integer,
    kind: PhantomData<T>,
}

impl<T: TryFrom<i64>> Rule for Count<T> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        let number = self.inner.check(value, at)?;
        let fitting = T::try_from(number).ok();
        if fitting.is_none() {
            // The contract allows 53 bits everywhere; no setting means anything up there.
            at.report(Issue::custom(format!(
                "Too big: {number} is more than this setting can mean"
            )));
        }
        fitting
    }
}

/// A string that `check` finds nothing wrong with.
pub(super) fn checked(check: fn(&str) -> Option<Issue>) -> Checked {
    Checked { check }
}

/// See [`checked`].
pub(super) struct Checked {
    check: fn(&str) -> Option<Issue>,
}

impl Rule for Checked {
    type Out = String;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<String> {
        let text = text().check(value, at)?;
        match (self.check)(&text) {
            None => Some(text),
            Some(issue) => {
                at.report(issue);
                None
            }
        }
    }
}

/// A text that is kept apart from the document and printed nowhere.
pub(super) fn secret() -> SecretText {
    SecretText
}

/// See [`secret`].
pub(super) struct SecretText;

impl Rule for SecretText {
    type Out = Secret;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Secret> {
        text().check(value, at).map(Secret::new)
    }
}

/// A cron expression.
pub(super) fn cron() -> Checked {
    checked(|text| {
        check_cron(text)
            .err()
            .map(|reason| Issue::custom(format!("Invalid cron expression. {reason}")))
    })
}

/// A URL.
pub(super) fn url() -> Checked {
    checked(|text| {
        let keys = [("code", "invalid_format".into()), ("format", "url".into())];
        Url::parse(text)
            .is_err()
            .then(|| Issue::new(keys, "Invalid URL".to_owned()))
    })
}

/// A URL, or nothing.
pub(super) fn external_domain() -> Checked {
    checked(|text| {
        let message = "External domain must be an empty string or a valid URL";
        (!text.is_empty() && Url::parse(text).is_err()).then(|| Issue::custom(message))
    })
}
