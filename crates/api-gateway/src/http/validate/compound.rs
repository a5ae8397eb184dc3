//! Objects within objects, free-form records, JSON inside a form field.

use std::marker::PhantomData;

use serde_json::{Map, Value};

use super::{
    fields::{Fields, Shape},
    issue::{Issue, type_name, type_of},
    rule::{Place, Rule},
};

/// An object of the shape `T`.
pub(crate) fn object<T: Shape>() -> Object<T> {
    Object(PhantomData)
}

/// See [`object`].
pub(crate) struct Object<T>(PhantomData<T>);

impl<T: Shape> Rule for Object<T> {
    type Out = T;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<T> {
        let Some(Value::Object(map)) = value else {
            at.report(Issue::wrong_type("object", "object", type_name(value)));
            return None;
        };
        let mark = at.mark();
        let shape = T::read(&mut Fields::new(map, at));
        shape.filter(|_| at.clean_since(mark))
    }
}

/// An object of any fields.
pub(crate) fn record() -> Record {
    Record
}

/// See [`record`].
pub(crate) struct Record;

impl Rule for Record {
    type Out = Map<String, Value>;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<Self::Out> {
        if let Some(Value::Object(map)) = value {
            return Some(map.clone());
        }
        at.report(Issue::wrong_type("record", "record", type_name(value)));
        None
    }
}

/// JSON written into one field of a form, whose value follows `inner`.
pub(crate) fn json_text<R: Rule>(inner: R) -> JsonText<R> {
    JsonText(inner)
}

/// See [`json_text`].
pub(crate) struct JsonText<R>(R);

impl<R: Rule> Rule for JsonText<R> {
    type Out = R::Out;

    fn check(&self, value: Option<&Value>, at: &mut Place<'_>) -> Option<R::Out> {
        let parsed = value
            .and_then(Value::as_str)
            .and_then(|text| serde_json::from_str::<Value>(text).ok());
        let Some(parsed) = parsed else {
            let message = format!("Invalid input: expected JSON string, received {}", type_of(value));
            at.report(Issue::custom(message).fatal());
            return None;
        };
        self.0.check(Some(&parsed), at)
    }
}
