//! Bodies by the rules of the recordings' index.

use std::collections::BTreeMap;

use serde_json::Value;

use super::bindings::Bindings;
use super::record::{Exchange, Records};
use super::{binary, report::shorten, system_config};
use crate::client::Answer;

/// Values that depend on a codec or on the machine, and how much was done so far (which Immich forgets): only their type
/// counts.
const LOOSE: [&str; 3] = ["thumbhash", "pattern", "completed"];

/// Routes whose texts are versions of tools.
const LOOSE_ROUTES: [&str; 1] = ["/api/server/about"];

/// Compares the body of an answer.
pub(super) fn body(
    records: &Records,
    exchange: &Exchange,
    answer: &Answer,
    volatile: bool,
    bindings: &mut Bindings,
    diffs: &mut Vec<String>,
) {
    let expected = &exchange.response.body;
    if let Some(form) = expected.get("binary") {
        return binary::compare(records, form, answer, diffs);
    }
    if let Some(text) = expected
        .get("text")
        .and_then(Value::as_str)
        .filter(|_| is_reduction(expected))
    {
        if !bindings.matches(text, &answer.text()).unwrap_or(false) {
            diffs.push(format!("body {:?} instead of {text:?}", shorten(&answer.text())));
        }
        return;
    }
    if expected.is_null() && !is_json(answer) {
        if answer.status != 200 && !answer.body.is_empty() {
            diffs.push(format!("body {:?} instead of none", shorten(&answer.text())));
        }
        return;
    }
    let Ok(actual) = answer.json() else {
        diffs.push(format!("body is not JSON: {:?}", shorten(&answer.text())));
        return;
    };
    if let Some(same) = expected
        .get("sameAsRequest")
        .and_then(Value::as_bool)
        .filter(|_| is_reduction(expected))
    {
        let sent = exchange.request.body.as_ref();
        let sent = sent.and_then(|body| {
            system_config::changed(body, bindings.system_config.as_ref())
                .ok()
                .flatten()
        });
        if (sent.as_ref() == Some(&actual)) != same {
            diffs.push(format!("body same as request: {} instead of {same}", !same));
        }
        return;
    }
    let expected = expected.get("json under this content-type").unwrap_or(expected);
    let (expected, actual) = section(expected, &actual);
    if volatile {
        let (want, have) = (shape(expected), shape(actual));
        if want != have {
            diffs.push(format!("shape {} instead of {}", shorten(&have), shorten(&want)));
        }
        return;
    }
    let loose = LOOSE_ROUTES.contains(&exchange.request.path.as_str());
    Comparison { bindings, diffs, loose }.values("", expected, actual);
}

/// A record that kept one section of a large answer names it as `{"image.preview": ...}`.
fn section<'a>(expected: &'a Value, actual: &'a Value) -> (&'a Value, &'a Value) {
    let only = expected
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.iter().next());
    let found = only
        .filter(|(key, _)| key.contains('.'))
        .and_then(|(key, value)| Some((value, actual.pointer(&format!("/{}", key.replace('.', "/")))?)));
    found.unwrap_or((expected, actual))
}

fn is_json(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("application/json")
}

fn is_reduction(body: &Value) -> bool {
    body.as_object().is_some_and(|map| map.len() == 1)
}

struct Comparison<'a> {
    bindings: &'a mut Bindings,
    diffs: &'a mut Vec<String>,
    loose: bool,
}

impl Comparison<'_> {
    fn values(&mut self, path: &str, expected: &Value, actual: &Value) {
        let key = path
            .split('/')
            .rfind(|key| key.parse::<usize>().is_err())
            .unwrap_or_default();
        if LOOSE.contains(&key) && is_leaf(expected) {
            return self.types(path, expected, actual);
        }
        match (expected, actual) {
            (Value::Object(expected), Value::Object(actual)) => {
                for (key, value) in expected {
                    match actual.get(key) {
                        Some(found) => self.values(&format!("{path}/{key}"), value, found),
                        None => self
                            .diffs
                            .push(format!("{path}/{key}: missing, should be {}", text(value))),
                    }
                }
                for (key, value) in actual.iter().filter(|(key, _)| !expected.contains_key(*key)) {
                    self.diffs
                        .push(format!("{path}/{key}: {} was not recorded", text(value)));
                }
            }
            (Value::Array(expected), Value::Array(actual)) => {
                if expected.len() != actual.len() {
                    self.diffs.push(format!(
                        "{path}: {} elements instead of {}",
                        actual.len(),
                        expected.len()
                    ));
                }
                for (index, (expected, actual)) in expected.iter().zip(actual).enumerate() {
                    self.values(&format!("{path}/{index}"), expected, actual);
                }
            }
            (Value::Number(one), Value::Number(two)) if one.as_f64() == two.as_f64() => {}
            (Value::String(expected), _) if expected.contains("{{") || actual.is_string() => {
                let found = actual.as_str().map_or_else(|| actual.to_string(), str::to_owned);
                let same = !expected.contains("{{") && self.loose;
                if !same && !self.bindings.matches(expected, &found).unwrap_or(false) {
                    let bound = self.bindings.get(expected.trim_matches(['{', '}'])).map(str::to_owned);
                    self.diffs.push(format!(
                        "{path}: {} instead of {expected:?} {}",
                        text(actual),
                        bound.unwrap_or_default()
                    ));
                }
            }
            _ if expected == actual => {}
            _ => self
                .diffs
                .push(format!("{path}: {} instead of {}", text(actual), text(expected))),
        }
    }

    fn types(&mut self, path: &str, expected: &Value, actual: &Value) {
        if kind(expected) != kind(actual) {
            self.diffs
                .push(format!("{path}: {} instead of {}", text(actual), text(expected)));
        }
    }
}

fn is_leaf(value: &Value) -> bool {
    !value.is_array() && !value.is_object()
}

fn text(value: &Value) -> String {
    shorten(&value.to_string())
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(text) if text.starts_with("{{bytes") || text.starts_with("{{epochms") => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Key sets and types, and the types in lists as often as they appear, in any order.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let sorted: BTreeMap<&String, String> = map.iter().map(|(key, value)| (key, shape(value))).collect();
            format!("{sorted:?}").replace(['\\', '"'], "")
        }
        Value::Array(list) => {
            let mut shapes: Vec<String> = list.iter().map(shape).collect();
            shapes.sort();
            format!("[{}]", shapes.join(","))
        }
        leaf => kind(leaf).to_owned(),
    }
}
