//! One thing that is wrong with an input, and the list of them.

use serde::Serialize;
use serde_json::{Map, Value};

/// One step into an input: the name of a field or the place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub(crate) enum Step {
    /// A field of an object.
    Key(String),
    /// An item of a list, counted from zero.
    Index(usize),
}

/// One mistake, as the client sees it. The order of the keys is that of the recorded answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Issue {
    /// Keys that come before `path`: `expected`, `origin`, `code`, `minimum`, ...
    #[serde(flatten)]
    pub(crate) keys: Map<String, Value>,
    /// Where it is.
    pub(crate) path: Vec<Step>,
    /// What it is, for people.
    pub(crate) message: String,
    /// The value has not got its type, so nothing more can be checked on it or on what holds it.
    #[serde(skip)]
    pub(crate) fatal: bool,
}

/// Every mistake found in one input, in the order of its fields.
pub(crate) type Issues = Vec<Issue>;

impl Issue {
    /// The value is of another type than `expected`; `shown` is the name of that type in the message.
    pub(crate) fn wrong_type(expected: &str, shown: &str, received: &str) -> Self {
        Self::new(
            [("expected", expected.into()), ("code", "invalid_type".into())],
            format!("Invalid input: expected {shown}, received {received}"),
        )
        .fatal()
    }

    /// A mistake that only the resource can know of.
    pub(crate) fn custom(message: impl Into<String>) -> Self {
        Self::new([("code", "custom".into())], message.into())
    }

    /// An issue of these keys, at no place yet.
    pub(crate) fn new<const N: usize>(keys: [(&str, Value); N], message: String) -> Self {
        let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self {
            keys,
            path: Vec::new(),
            message,
            fatal: false,
        }
    }

    /// Nothing more is checked on this value.
    pub(crate) fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }
}

/// The name JavaScript people expect for the type of a value; `None` is a missing one.
pub(crate) fn type_name(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

/// What the `typeof` of JavaScript says, which the texts of e-mails and dates use: null and lists are objects there.
pub(crate) fn type_of(value: Option<&Value>) -> &'static str {
    match type_name(value) {
        "null" | "array" => "object",
        other => other,
    }
}
