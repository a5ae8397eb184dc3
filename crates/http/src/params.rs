//! Parts of the path, validated: `{id}` is a UUID of version 4 everywhere.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    error::ApiError,
    validate::{self, Shape, shape, uuid},
};

/// Valid parts of a path.
pub struct Params<T>(pub T);

shape! {
    /// The `{id}` of a path.
    #[derive(Clone, Copy, Debug)]
    pub struct Id(Uuid = "id", uuid());
}

impl<T> Deref for Params<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl Deref for Id {
    type Target = Uuid;

    fn deref(&self) -> &Uuid {
        &self.0
    }
}

impl FromRequest for Id {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request))
    }
}

impl<T: Shape> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(read(request).map(Self))
    }
}

/// Reads them where a handler is not made for one shape.
///
/// # Errors
/// Everything that is wrong with them.
pub fn read<T: Shape>(request: &HttpRequest) -> Result<T, ApiError> {
    let parts: Map<String, Value> = request
        .match_info()
        .iter()
        .map(|(name, value)| (name.to_owned(), percent_decode_str(value).decode_utf8_lossy().into()))
        .collect();
    Ok(validate::read(Some(&Value::Object(parts)))?)
}
