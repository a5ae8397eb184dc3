//! One of a few values: enums, literals, booleans.

use std::fmt::Display;

use serde_json::Value;

use super::{
    issue::{Issue, type_name},
    rule::{Place, Rule},
};

/// The words a choice may be, and what each means. Write it once per enum, in the order of the contract.
pub type Choices<T> = [(&'static str, T)];

/// One of `choices`.
pub fn choice<T: Clone + 'static>(choices: &'static Choices<T>) -> Choice<T> {
    Choice { choices }
}

/// See [`choice`].
pub struct Choice<T: 'static> {
    choices: &'static Choices<T>,
}

impl<T: Clone + 'static> Rule for Choice<T> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        let word = value.and_then(Value::as_str);
        let found = self.choices.iter().find(|(name, _)| Some(*name) == word);
        if let Some((_, meaning)) = found {
            return Some(meaning.clone());
        }
        let names: Vec<&str> = self.choices.iter().map(|(name, _)| *name).collect();
        at.report(invalid_option(&names));
        None
    }
}

/// One of the values of an enum whose words are their `Display`: `word(Visibility::ALL)`.
pub fn word<T: Copy + Display + 'static>(all: &'static [T]) -> Word<T> {
    Word { all }
}

/// See [`word`].
pub struct Word<T: 'static> {
    all: &'static [T],
}

impl<T: Copy + Display + 'static> Rule for Word<T> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        let names: Vec<String> = self.all.iter().map(ToString::to_string).collect();
        let given = value.and_then(Value::as_str);
        let found = names
            .iter()
            .zip(self.all)
            .find(|(name, _)| Some(name.as_str()) == given);
        if found.is_none() {
            at.report(invalid_option(&names.iter().map(String::as_str).collect::<Vec<_>>()));
        }
        found.map(|(_, value)| *value)
    }
}

/// `true` or `false` in a JSON body.
pub fn boolean() -> Boolean {
    Boolean
}

/// See [`boolean`].
pub struct Boolean;

impl Rule for Boolean {
    type Out = bool;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<bool> {
        if let Some(Value::Bool(flag)) = value {
            return Some(*flag);
        }
        at.report(Issue::wrong_type("boolean", "boolean", type_name(value)));
        None
    }
}

/// The words `true` or `false` in a query or a form.
pub fn query_boolean() -> QueryBoolean {
    QueryBoolean
}

/// See [`query_boolean`].
pub struct QueryBoolean;

impl Rule for QueryBoolean {
    type Out = bool;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<bool> {
        match value.and_then(Value::as_str) {
            Some("true") => return Some(true),
            Some("false") => return Some(false),
            Some(_) => {}
            None => {
                at.report(Issue::wrong_type("string", "string", type_name(value)));
                return None;
            }
        }
        let words = ["true", "false"];
        at.report(
            Issue::new(
                [
                    ("code", "invalid_value".into()),
                    ("expected", "stringbool".into()),
                    ("values", words.to_vec().into()),
                ],
                format!("Invalid option: expected one of {}", alternatives(&words)),
            )
            .fatal(),
        );
        None
    }
}

fn invalid_option(names: &[&str]) -> Issue {
    Issue::new(
        [("code", "invalid_value".into()), ("values", names.to_vec().into())],
        format!("Invalid option: expected one of {}", alternatives(names)),
    )
    .fatal()
}

/// `"a"|"b"`
fn alternatives(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    quoted.join("|")
}
