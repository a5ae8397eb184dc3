//! One thing that is wrong with an input, and the list of them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::bounds::Bound;

/// One step into an input: the name of a field or the place in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Step {
    /// A field of an object.
    Key(String),
    /// An item of a list, counted from zero.
    Index(usize),
}

/// One mistake, as the client sees it. The order of the keys is that of the recorded answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Keys that come before `path`: `expected`, `origin`, `code`, `minimum`, ...
    #[serde(flatten)]
    pub keys: Map<String, Value>,
    /// Where it is.
    pub path: Vec<Step>,
    /// What it is, for people.
    pub message: String,
    /// The value has not got its type, so nothing more can be checked on it or on what holds it.
    #[serde(skip)]
    pub fatal: bool,
}

/// The mistakes found in one input, in the order of its fields: the first [`Bound::Issues`] of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Issues {
    kept: Vec<Issue>,
    #[serde(skip)]
    found: usize,
    /// How many were found when the last fatal one was.
    #[serde(skip)]
    broken: usize,
}

impl Issues {
    /// How many were found so far, told or not.
    pub fn found(&self) -> usize {
        self.found
    }

    /// Those that are told, in order.
    pub fn told(&self) -> impl Iterator<Item = &Issue> {
        self.kept.iter()
    }

    /// Whether as many are known as are told: looking for more is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.kept.len() >= Bound::Issues.most()
    }

    /// Whether a value was of the wrong type after the first `mark` mistakes.
    pub(super) fn broken_since(&self, mark: usize) -> bool {
        self.broken > mark
    }

    pub(super) fn push(&mut self, issue: Issue) {
        self.found += 1;
        if issue.fatal {
            self.broken = self.found;
        }
        if !self.is_full() {
            self.kept.push(issue);
        }
    }
}

impl Issue {
    /// The value is of another type than `expected`; `shown` is the name of that type in the message.
    pub fn wrong_type(expected: &str, shown: &str, received: &str) -> Self {
        Self::new(
            [("expected", expected.into()), ("code", "invalid_type".into())],
            format!("Invalid input: expected {shown}, received {received}"),
        )
        .fatal()
    }

    /// More than a bound allows. `origin` is the type of the value, `unit` what is counted.
    pub fn too_big(origin: &str, most: usize, unit: &str) -> Self {
        let keys = [
            ("origin", origin.into()),
            ("code", "too_big".into()),
            ("maximum", most.into()),
            ("inclusive", true.into()),
        ];
        Self::new(keys, format!("Too big: expected {origin} to have <={most} {unit}"))
    }

    /// A mistake that only the resource can know of.
    pub fn custom(message: impl Into<String>) -> Self {
        Self::new([("code", "custom".into())], message.into())
    }

    /// An issue of these keys, at no place yet.
    pub fn new<const N: usize>(keys: [(&str, Value); N], message: String) -> Self {
        let keys = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Self {
            keys,
            path: Vec::new(),
            message,
            fatal: false,
        }
    }

    /// Where it is and what it is, in one line: `ffmpeg.crf: Too big`.
    pub fn in_words(&self) -> String {
        let steps = self.path.iter().map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        });
        format!("{}: {}", steps.collect::<Vec<_>>().join("."), self.message)
    }

    /// Nothing more is checked on this value.
    #[must_use]
    pub fn fatal(mut self) -> Self {
        self.fatal = true;
        self
    }
}

/// The name JavaScript people expect for the type of a value; `None` is a missing one.
pub(super) fn type_name(value: Option<&Value>) -> &'static str {
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
pub(super) fn type_of(value: Option<&Value>) -> &'static str {
    match type_name(value) {
        "null" | "array" => "object",
        other => other,
    }
}
