//! The character U+0000, which Postgres keeps in no text: refused wherever text enters.

use serde_json::Value;

use super::{
    issue::{Issue, Step},
    rule::Place,
};

/// Names of fields longer than that, in bytes, are not told back.
const SHOWN: usize = 100;

/// Reports the first text or name of a field, however deep, that holds a NUL; but for the text of these fields of the whole.
pub(super) fn refuse(value: &Value, except: &[&str], at: &mut Place<'_>) {
    match value {
        Value::String(text) if text.contains('\0') => report(at),
        Value::Array(items) => {
            if let Some((index, item)) = items.iter().enumerate().find(|(_, item)| holds(item)) {
                at.enter(Step::Index(index), |at| refuse(item, &[], at));
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                if value.is_string() && except.contains(&name.as_str()) {
                    continue;
                }
                if name.contains('\0') || (name.len() > SHOWN && holds(value)) {
                    return report(at);
                }
                if holds(value) {
                    return at.enter(Step::Key(name.clone()), |at| refuse(value, &[], at));
                }
            }
        }
        _ => {}
    }
}

fn report(at: &mut Place<'_>) {
    at.report(Issue::custom("Invalid string: must not hold the character U+0000").fatal());
}

fn holds(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || holds(value)),
        _ => false,
    }
}
