//! What the file says, laid over the defaults, field by field.

use std::path::Path;

use serde_json::Value;

use super::SettingsFileError;
use crate::settings::SystemConfig;

/// What came of laying the file over the defaults.
#[derive(Default)]
struct Found {
    /// Fields that got a value.
    set: Vec<String>,
    /// Fields that this release does not know.
    unknown: Vec<String>,
    /// `section.field: what is wrong`.
    mistakes: Vec<String>,
}

/// The document in force, and the fields that are not known here.
pub(super) fn over_defaults(path: &Path, said: &Value) -> Result<(SystemConfig, Vec<String>), SettingsFileError> {
    let defaults = serde_json::to_value(SystemConfig::default())?;
    let mut merged = defaults.clone();
    let mut found = Found::default();
    lay_over(&mut merged, said, "", &mut found);
    if found.mistakes.is_empty()
        && let Ok(document) = serde_json::from_value(merged.clone())
    {
        return Ok((document, found.unknown));
    }
    let mistakes = found.set.iter().filter_map(|field| mistake(&defaults, &merged, field));
    found.mistakes.extend(mistakes.collect::<Vec<_>>());
    Err(SettingsFileError::Fields {
        path: path.to_owned(),
        mistakes: found.mistakes,
    })
}

fn lay_over(base: &mut Value, said: &Value, field: &str, found: &mut Found) {
    match (base, said) {
        (Value::Object(base), Value::Object(said)) => {
            for (key, value) in said {
                let field = if field.is_empty() {
                    key.clone()
                } else {
                    format!("{field}.{key}")
                };
                match base.get_mut(key) {
                    Some(place) => lay_over(place, value, &field, found),
                    None => found.unknown.push(field),
                }
            }
        }
        (Value::Object(_), other) => {
            let field = if field.is_empty() { "the file" } else { field };
            found
                .mistakes
                .push(format!("{field}: expected a section, found {}", name_of(other)));
        }
        (place, said) => {
            *place = said.clone();
            found.set.push(field.to_owned());
        }
    }
}

/// What is wrong with one field; tried alone, so that every mistake is told.
fn mistake(defaults: &Value, merged: &Value, field: &str) -> Option<String> {
    let pointer = format!("/{}", field.replace('.', "/"));
    let (default, said) = (defaults.pointer(&pointer)?, merged.pointer(&pointer)?);
    let mut alone = defaults.clone();
    *alone.pointer_mut(&pointer)? = said.clone();
    let error = serde_json::from_value::<SystemConfig>(alone).err()?;
    let (expected, given) = (name_of(default), name_of(said));
    // A text is not shown: it may be a password in the wrong place.
    Some(match (default, said) {
        (Value::Null, _) => format!("{field}: {given} cannot stand here"),
        (Value::String(_), Value::Number(_) | Value::Bool(_)) => {
            format!("{field}: expected {expected}, found {given}: put it in quotes")
        }
        _ if expected == given => format!("{field}: {error}"),
        _ => format!("{field}: expected {expected}, found {given}"),
    })
}

/// The type of a value, for people.
fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a section",
    }
}
