//! A parser that stops where there is too much: before the values take memory, before lists within lists take the stack,
//! and before a number is stored that could not be read again.

use std::{cell::Cell, fmt};

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::validate::Bound;

/// What there is too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Excess {
    /// Values.
    #[error("JSON holds more than {0} values")]
    Values(usize),
    /// Lists and objects within each other.
    #[error("JSON is nested deeper than {0} levels")]
    Depth(usize),
    /// A number.
    #[error("JSON holds a number out of range")]
    Number,
}

/// From here on numbers are refused. Postgres writes out all their digits, and the parser of the library reads 309 of them as
/// more than there is.
const LARGE: f64 = 1e308;

/// Reads any JSON value within [`Bound::Values`] and [`Bound::Depth`].
///
/// # Errors
/// What there is too much of; nothing where the text is no JSON.
pub fn value(bytes: &[u8]) -> Result<Value, Option<Excess>> {
    read(bytes, Bound::Values.most(), Bound::Depth.most())
}

fn read(bytes: &[u8], values: usize, depth: usize) -> Result<Value, Option<Excess>> {
    let count = Count {
        values,
        depth,
        left: Cell::new(values),
        excess: Cell::new(None),
    };
    let mut text = serde_json::Deserializer::from_slice(bytes);
    let place = Place {
        count: &count,
        depth: 0,
    };
    let read = place
        .deserialize(&mut text)
        .and_then(|value| text.end().map(|()| value));
    read.map_err(|_| count.excess.get())
}

/// What is left of the bounds while one text is read.
struct Count {
    values: usize,
    depth: usize,
    left: Cell<usize>,
    excess: Cell<Option<Excess>>,
}

/// Where a value stands.
#[derive(Clone, Copy)]
struct Place<'c> {
    count: &'c Count,
    depth: usize,
}

impl Place<'_> {
    /// Within a list or an object that stands here.
    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth >= self.count.depth {
            return Err(self.stop(Excess::Depth(self.count.depth)));
        }
        Ok(Self {
            depth: self.depth.saturating_add(1),
            ..self
        })
    }

    fn stop<E: Error>(self, excess: Excess) -> E {
        self.count.excess.set(Some(excess));
        E::custom(excess)
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, text: D) -> Result<Value, D::Error> {
        let Some(left) = self.count.left.get().checked_sub(1) else {
            return Err(self.stop(Excess::Values(self.count.values)));
        };
        self.count.left.set(left);
        text.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.abs() >= LARGE {
            return Err(self.stop(Excess::Number));
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.deeper::<A::Error>()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let inside = self.deeper::<A::Error>()?;
        let mut map = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            map.insert(name, fields.next_value_seed(inside)?);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_are_read_as_they_are() {
        let text = r#" {"a": [1, -2, 2.5, "x\u00e4", true, null, {}], "b": 18446744073709551615} "#;
        let expected = json!({"a": [1, -2, 2.5, "xä", true, null, {}], "b": u64::MAX});
        assert_eq!(value(text.as_bytes()), Ok(expected));
    }

    #[test]
    fn too_much_is_told_apart_from_no_json() {
        assert_eq!(read(b"[1,2,3]", 3, 9), Err(Some(Excess::Values(3))));
        assert!(read(b"[1,2,3]", 4, 9).is_ok());
        assert_eq!(read(b"[[[]]]", 9, 2), Err(Some(Excess::Depth(2))));
        assert!(read(b"[[{}],[{}]]", 9, 3).is_ok());
        assert_eq!(read(b"[-1.5e308]", 9, 9), Err(Some(Excess::Number)));
        for text in ["", "[1,", "[1] x", "{\"a\":1e400}"] {
            assert_eq!(value(text.as_bytes()), Err(None), "{text}");
        }
    }
}
