//! JSON that clients send: read within bounds ([`limited`]), and why it is none, in the words clients know
//! ([`complaint`]).

mod complaint;
mod limited;

use serde_json::{Map, Value};

use super::error::ApiError;

pub use limited::value;

/// Reads a body. As in the contract the top must be an object or a list, and an empty text counts as `{}`.
///
/// # Errors
/// 400 with what is wrong, and where.
pub fn parse(bytes: &[u8]) -> Result<Value, ApiError> {
    if bytes.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let top = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match value(bytes) {
        Ok(value) if matches!(top, Some(b'{' | b'[')) => Ok(value),
        Err(Some(excess)) => Err(ApiError::bad(excess.to_string())),
        Ok(_) | Err(None) => Err(ApiError::bad(complaint::of(&String::from_utf8_lossy(bytes)))),
    }
}
