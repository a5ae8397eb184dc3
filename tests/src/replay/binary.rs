//! Bodies that are files: the same bytes where a test file was sent back, the same picture size otherwise.

use serde_json::Value;

use super::record::Records;
use crate::client::Answer;

/// Compares a file body with the traits that were recorded of it.
pub(super) fn compare(records: &Records, form: &Value, answer: &Answer, diffs: &mut Vec<String>) {
    if let Some(name) = form.get("identicalTo").and_then(Value::as_str) {
        match records.media(name) {
            Ok(bytes) if bytes == answer.body => {}
            Ok(bytes) => diffs.push(format!(
                "{} bytes that are not those of {name} ({} bytes)",
                answer.body.len(),
                bytes.len()
            )),
            Err(error) => diffs.push(format!("{error:#}")),
        }
        return;
    }
    let Some(format) = form.get("format").and_then(Value::as_str) else {
        return;
    };
    let Ok(found) = image::guess_format(&answer.body) else {
        diffs.push(format!("a body that is no {format}"));
        return;
    };
    if !format!("{found:?}").eq_ignore_ascii_case(format) {
        diffs.push(format!("a {found:?} instead of a {format}"));
    }
    let picture =
        image::load_from_memory_with_format(&answer.body, found).map(|decoded| (decoded.width(), decoded.height()));
    let side = |name: &str| form.get(name).and_then(Value::as_u64).unwrap_or_default();
    match picture {
        Ok((width, height)) if near(width, side("width")) && near(height, side("height")) => {}
        Ok((width, height)) => {
            diffs.push(format!(
                "{width}x{height} instead of {}x{}",
                side("width"),
                side("height")
            ));
        }
        Err(error) => diffs.push(format!("a broken {format}: {error}")),
    }
    if form.get("exif").and_then(Value::as_bool) == Some(false) && has_exif(&answer.body) {
        diffs.push("has EXIF, which may tell the place".to_owned());
    }
}

/// Rounding may differ by a pixel.
fn near(actual: u32, expected: u64) -> bool {
    u64::from(actual).abs_diff(expected) <= 1
}

fn has_exif(bytes: &[u8]) -> bool {
    bytes.windows(6).take(4096).any(|window| window == b"Exif\0\0")
}
