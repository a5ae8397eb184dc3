//! Query strings and urlencoded forms, as one JSON object of texts and lists of texts.
//!
//! `a=1&a=2`, `a[]=1` and `a[0]=1` all make a list; `a=1` alone makes a text, also where a list is expected: that is an
//! issue, as in the contract.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::{
    error::ApiError,
    validate::{self, Shape},
};

/// A valid query.
pub struct Query<T>(pub T);

impl<T> Deref for Query<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Shape> FromRequest for Query<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let value = to_value(request.query_string());
        ready(validate::read(Some(&value)).map(Self).map_err(ApiError::from))
    }
}

/// Reads `a=1&b[]=2`.
pub fn to_value(text: &str) -> Value {
    let mut map = Map::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value).into());
        match list_name(&name) {
            Some(list) => push(&mut map, list.to_owned(), value, true),
            None => push(&mut map, name, value, false),
        }
    }
    Value::Object(map)
}

/// The first value of one name, for what is looked up outside of validation (credentials).
pub fn first(text: &str, name: &str) -> Option<String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| decode(key) == name)
        .map(|(_, value)| decode(value))
}

/// Adds a value; a second one of the same name turns the first into a list.
fn push(map: &mut Map<String, Value>, name: String, value: Value, list: bool) {
    match map.get_mut(&name) {
        Some(Value::Array(values)) => values.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
        None if list => drop(map.insert(name, Value::Array(vec![value]))),
        None => drop(map.insert(name, value)),
    }
}

/// `a` of `a[]` and `a[3]`.
fn list_name(name: &str) -> Option<&str> {
    let (list, index) = name.strip_suffix(']')?.split_once('[')?;
    index
        .chars()
        .all(|c| c.is_ascii_digit())
        .then_some(list)
        .filter(|list| !list.is_empty())
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn one_value_is_a_text_and_more_are_a_list() {
        assert_eq!(to_value("a=1&b=x%20y+z"), json!({"a": "1", "b": "x y z"}));
        assert_eq!(to_value("a=1&a=2&a=3"), json!({"a": ["1", "2", "3"]}));
        assert_eq!(to_value("a[]=1"), json!({"a": ["1"]}));
        assert_eq!(to_value("a%5B0%5D=1&a[1]=2"), json!({"a": ["1", "2"]}));
        assert_eq!(to_value(""), json!({}));
        assert_eq!(to_value("flag&[]=1"), json!({"flag": "", "[]": "1"}));
    }

    #[test]
    fn the_first_value_of_a_name() {
        assert_eq!(first("x=1&key=a%2Bb&key=c", "key").as_deref(), Some("a+b"));
        assert_eq!(first("x=1", "key"), None);
    }
}
