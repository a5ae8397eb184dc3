//! Objects within objects, free-form records, JSON inside a form field.

use std::io;

use serde_json::{Map, Value};

use super::{
    bounds::Bound,
    fields::{Fields, Shape},
    issue::{Issue, type_name, type_of},
    nul,
    rule::{Place, Rule},
};
use crate::json;

/// An object of the shape `T`.
#[must_use]
pub fn object<T: Shape>() -> Object<T> {
    object_of(T::read)
}

/// An object that a function reads, for types that cannot be a [`Shape`] themselves.
#[must_use]
pub fn object_of<T>(read: fn(&mut Fields<'_, '_>) -> Option<T>) -> Object<T> {
    Object(read)
}

/// See [`object`].
pub struct Object<T>(fn(&mut Fields<'_, '_>) -> Option<T>);

impl<T> Rule for Object<T> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        let Some(Value::Object(map)) = value else {
            at.report(Issue::wrong_type("object", "object", type_name(value)));
            return None;
        };
        let mark = at.mark();
        let shape = (self.0)(&mut Fields::new(map, at));
        shape.filter(|_| at.clean_since(mark))
    }
}

/// An object of any fields.
pub fn record() -> Record {
    Record
}

/// See [`record`].
pub struct Record;

impl Rule for Record {
    type Out = Map<String, Value>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        if let Some(Value::Object(map)) = value {
            let most = Bound::Record.most();
            if has_more_than(most, map) {
                at.report(Issue::too_big("record", most, "characters of JSON").fatal());
                return None;
            }
            return Some(map.clone());
        }
        at.report(Issue::wrong_type("record", "record", type_name(value)));
        None
    }
}

/// Whether an object is longer than `most` bytes as JSON. It is written to nowhere, and no further than that.
fn has_more_than(most: usize, map: &Map<String, Value>) -> bool {
    struct Room(usize);
    impl io::Write for Room {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::WriteZero)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    serde_json::to_writer(Room(most), map).is_err()
}

/// JSON written into one field of a form, whose value follows `inner`.
pub fn json_text<R: Rule>(inner: R) -> JsonText<R> {
    JsonText(inner)
}

/// See [`json_text`].
pub struct JsonText<R>(R);

impl<R: Rule> Rule for JsonText<R> {
    type Out = R::Out;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<R::Out> {
        let parsed = value
            .and_then(Value::as_str)
            .and_then(|text| json::parse(text.as_bytes()).ok());
        let Some(parsed) = parsed else {
            let message = format!("Invalid input: expected JSON string, received {}", type_of(value));
            at.report(Issue::custom(message).fatal());
            return None;
        };
        let mark = at.mark();
        nul::refuse(&parsed, &[], at);
        if !at.clean_since(mark) {
            return None;
        }
        self.0.check(Some(&parsed), at)
    }
}
