//! Headers by the rules of the recordings' index.

use regex::Regex;
use serde_json::Value;

use super::bindings::Bindings;
use super::record::Response;
use crate::client::Answer;

/// What belongs to the recorded server's connection and framework, not to the contract.
const IGNORED: [&str; 4] = ["connection", "transfer-encoding", "x-powered-by", "date"];

/// Headers that must not be there when the recorded answer has none.
const UNWANTED: [&str; 6] = [
    "cache-control",
    "etag",
    "set-cookie",
    "location",
    "content-disposition",
    "content-range",
];

/// Compares the headers of an answer.
pub(super) fn compare(expected: &Response, answer: &Answer, bindings: &mut Bindings, diffs: &mut Vec<String>) {
    for (name, form) in &expected.headers {
        if IGNORED.contains(&name.as_str()) {
            continue;
        }
        let actual: Vec<&str> = answer
            .headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .collect();
        let forms: Vec<&str> = match form {
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect(),
            other => other.as_str().into_iter().collect(),
        };
        if actual.len() != forms.len() {
            diffs.push(format!("header {name}: {actual:?} instead of {forms:?}"));
            continue;
        }
        for (form, actual) in forms.iter().zip(&actual) {
            if !fits(name, form, actual, answer, bindings) {
                diffs.push(format!("header {name}: {actual:?} instead of {form:?}"));
            }
        }
    }
    for name in UNWANTED {
        let is_new = !expected.headers.contains_key(name) && answer.headers.contains_key(name);
        if is_new && !(name == "cache-control" && keeps_a_secret(answer)) {
            diffs.push(format!(
                "header {name}: {:?} but none was recorded",
                answer.header(name)
            ));
        }
    }
}

/// Whether an answer holds a secret and is kept by nobody, ours on purpose (`docs/compatibility.md`).
fn keeps_a_secret(answer: &Answer) -> bool {
    let body = answer.json().unwrap_or_default();
    let has_secret = answer.headers.contains_key("set-cookie")
        || ["token", "secret"]
            .iter()
            .any(|key| body.get(key).is_some_and(Value::is_string));
    has_secret && answer.header("cache-control") == "no-store"
}

fn fits(name: &str, form: &str, actual: &str, answer: &Answer, bindings: &mut Bindings) -> bool {
    let is = |pattern: &str| Regex::new(pattern).is_ok_and(|pattern| pattern.is_match(actual));
    match (name, form) {
        ("content-length", "= body length") => answer.body.is_empty() || actual == answer.body.len().to_string(),
        ("etag", "\"<hex length>-<base64 sha1 27 chars>\"") => is(r#"^"[0-9a-f]+-[A-Za-z0-9+/]{27}"$"#),
        ("etag", _) if form.starts_with("W/\"<") => is(r#"^W/"[0-9a-f]+-[0-9a-f]+"$"#),
        ("x-correlation-id", _) if form.starts_with("present") => is("^[a-z0-9]{8}$"),
        // The picture of a person: ours on purpose (`docs/compatibility.md`).
        ("cache-control", "public, max-age=0") => actual == "private, max-age=0",
        ("set-cookie", _) => cookie_fits(form, actual, bindings),
        _ => bindings.matches(form, actual).unwrap_or(false),
    }
}

/// The attributes of a cookie are a set: their order means nothing.
fn cookie_fits(form: &str, actual: &str, bindings: &mut Bindings) -> bool {
    let attributes: Vec<&str> = actual.split("; ").collect();
    let forms: Vec<&str> = form.split("; ").collect();
    let found = |form: &&str| {
        attributes
            .iter()
            .any(|attribute| bindings.matches(form, attribute).unwrap_or(false))
    };
    attributes.len() == forms.len() && forms.iter().all(found)
}
