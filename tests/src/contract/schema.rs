//! A value against a schema, for the part of `OpenAPI` 3.0 that the contract uses.
//!
//! Fields that the schema does not name are allowed: clients ignore them.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use regex::Regex;
use serde_json::Value;

/// What is longer than this is not shown whole.
const SHOWN: usize = 80;

/// The schemas of one document.
pub(super) struct Schemas<'d> {
    root: &'d Value,
    violations: Vec<String>,
}

impl<'d> Schemas<'d> {
    /// The schemas of the document `root`.
    pub(super) fn new(root: &'d Value) -> Self {
        Self {
            root,
            violations: Vec::new(),
        }
    }

    /// Everything in `value` that `schema` does not allow: a JSON pointer and what is wrong there.
    pub(super) fn violations(mut self, schema: &Value, value: &Value) -> Vec<String> {
        self.value("", schema, value);
        self.violations
    }

    fn value(&mut self, at: &str, schema: &Value, value: &Value) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            match self.root.pointer(reference.trim_start_matches('#')) {
                Some(schema) => self.value(at, schema, value),
                None => self.report(at, &format!("the contract has no {reference}")),
            }
            return;
        }
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return;
        }
        self.combined(at, schema, value);
        if let Some(expected) = schema.get("type").and_then(Value::as_str)
            && !is_of(value, expected)
        {
            return self.report(at, &format!("{} is no {expected}", shown(value)));
        }
        if let Some(allowed) = schema.get("enum").and_then(Value::as_array)
            && !allowed.contains(value)
        {
            self.report(at, &format!("{} is not one of {allowed:?}", shown(value)));
        }
        match value {
            Value::String(text) => self.text(at, schema, text),
            Value::Number(_) => self.number(at, schema, value),
            Value::Array(items) => self.list(at, schema, items),
            Value::Object(_) => self.object(at, schema, value),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// `allOf`, `anyOf`, `oneOf`. Whether more than one of `oneOf` holds is not looked at: no client can tell.
    fn combined(&mut self, at: &str, schema: &Value, value: &Value) {
        for part in list(schema, "allOf") {
            self.value(at, part, value);
        }
        for word in ["anyOf", "oneOf"] {
            let mut choices = list(schema, word).peekable();
            let root = self.root;
            if choices.peek().is_some()
                && !choices.any(|choice| Schemas::new(root).violations(choice, value).is_empty())
            {
                self.report(at, &format!("{} is none of {word}", shown(value)));
            }
        }
    }

    fn text(&mut self, at: &str, schema: &Value, text: &str) {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        self.bounds(at, schema, ["minLength", "maxLength"], length);
        let Some(pattern) = schema.get("pattern").and_then(Value::as_str) else {
            return;
        };
        match matches(pattern, text) {
            Ok(true) => {}
            Ok(false) => {
                let form = schema.get("format").and_then(Value::as_str).unwrap_or(pattern);
                self.report(at, &format!("{text:?} is no {form}"));
            }
            Err(error) => self.report(at, &format!("the contract has a pattern nobody can read: {error}")),
        }
    }

    fn number(&mut self, at: &str, schema: &Value, value: &Value) {
        let limit = |name: &str| schema.get(name).and_then(Value::as_f64);
        let number = value.as_f64().unwrap_or_default();
        if limit("minimum").is_some_and(|minimum| number < minimum)
            || limit("maximum").is_some_and(|maximum| number > maximum)
        {
            self.report(at, &format!("{value} is out of range"));
        }
    }

    fn list(&mut self, at: &str, schema: &Value, items: &[Value]) {
        let length = u64::try_from(items.len()).unwrap_or(u64::MAX);
        self.bounds(at, schema, ["minItems", "maxItems"], length);
        if let Some(schema) = schema.get("items") {
            for (index, item) in items.iter().enumerate() {
                self.value(&format!("{at}/{index}"), schema, item);
            }
        }
    }

    fn object(&mut self, at: &str, schema: &Value, value: &Value) {
        for name in list(schema, "required").filter_map(Value::as_str) {
            if value.get(name).is_none() {
                self.report(&format!("{at}/{name}"), "missing");
            }
        }
        let described = schema.get("properties");
        for (name, field) in value.as_object().into_iter().flatten() {
            let known = described.and_then(|described| described.get(name));
            let others = || schema.get("additionalProperties").filter(|others| others.is_object());
            if let Some(schema) = known.or_else(others) {
                self.value(&format!("{at}/{name}"), schema, field);
            }
        }
    }

    fn bounds(&mut self, at: &str, schema: &Value, [least, most]: [&str; 2], length: u64) {
        let limit = |name| schema.get(name).and_then(Value::as_u64);
        if limit(least).is_some_and(|least| length < least) || limit(most).is_some_and(|most| length > most) {
            self.report(at, &format!("has the length {length}"));
        }
    }

    fn report(&mut self, at: &str, what: &str) {
        self.violations.push(format!("{at}: {what}"));
    }
}

fn is_of(value: &Value, expected: &str) -> bool {
    match expected {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn list<'v>(schema: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    schema.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// Whether `text` has the form of `pattern`; patterns are compiled once.
fn matches(pattern: &str, text: &str) -> Result<bool, regex::Error> {
    static COMPILED: OnceLock<Mutex<HashMap<String, Regex>>> = OnceLock::new();
    let mut compiled = COMPILED
        .get_or_init(Mutex::default)
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(regex) = compiled.get(pattern) {
        return Ok(regex.is_match(text));
    }
    let regex = Regex::new(pattern)?;
    let matches = regex.is_match(text);
    compiled.insert(pattern.to_owned(), regex);
    Ok(matches)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn violations(schema: &Value, value: &Value) -> Vec<String> {
        let root = json!({"components": {"schemas": {
            "Color": {"type": "string", "enum": ["red", "blue"]},
            "Tag": {"type": "object", "required": ["id"], "properties": {
                "id": {"type": "string", "format": "uuid", "pattern": "^[0-9a-f]{4}$"},
                "color": {"allOf": [{"$ref": "#/components/schemas/Color"}], "nullable": true},
                "size": {"type": "integer", "minimum": 0, "maximum": 9},
                "parts": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Tag"}},
                "any": {"anyOf": [{"type": "string"}, {"type": "boolean"}]},
                "more": {"type": "object", "additionalProperties": {"type": "number"}},
            }},
        }}});
        Schemas::new(&root).violations(schema, value)
    }

    fn tag(value: &Value) -> Vec<String> {
        violations(&json!({"$ref": "#/components/schemas/Tag"}), value)
    }

    #[test]
    fn what_the_schema_allows() {
        let tag = tag(
            &json!({"id": "00ff", "color": null, "size": 9, "any": true, "more": {"a": 1.5}, "unknown": [],
            "parts": [{"id": "0000", "color": "red"}]}),
        );
        assert_eq!(tag, Vec::<String>::new());
    }

    #[test]
    fn what_it_does_not_allow() {
        for (value, expected) in [
            (json!([]), ": [] is no object"),
            (json!({}), "/id: missing"),
            (json!({"id": null}), "/id: null is no string"),
            (json!({"id": "XYZ"}), "/id: \"XYZ\" is no uuid"),
            (json!({"id": "0000", "size": 1.5}), "/size: 1.5 is no integer"),
            (json!({"id": "0000", "size": 10}), "/size: 10 is out of range"),
            (json!({"id": "0000", "any": 1}), "/any: 1 is none of anyOf"),
            (json!({"id": "0000", "parts": []}), "/parts: has the length 0"),
            (json!({"id": "0000", "parts": [{}]}), "/parts/0/id: missing"),
            (json!({"id": "0000", "more": {"a": "x"}}), "/more/a: \"x\" is no number"),
        ] {
            assert_eq!(tag(&value), [expected], "{value}");
        }
        let color = tag(&json!({"id": "0000", "color": "pink"}));
        assert!(
            color
                .iter()
                .any(|text| text.starts_with("/color: \"pink\" is not one of")),
            "{color:?}"
        );
    }

    #[test]
    fn a_reference_to_nothing_is_a_violation() {
        assert_eq!(violations(&json!({"$ref": "#/nowhere"}), &json!(1)).len(), 1);
    }
}
