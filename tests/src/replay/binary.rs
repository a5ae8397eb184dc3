//! Bodies that are files: the same bytes where a test file was sent back, the same picture size otherwise.

use serde_json::Value;
use sha1::{Digest as _, Sha1};

use super::record::Records;
use crate::archive::{Entry, entries};
use crate::client::Answer;

/// Compares a file body with the traits that were recorded of it.
pub(super) fn compare(records: &Records, form: &Value, answer: &Answer, diffs: &mut Vec<String>) {
    if let Some(entries) = form.get("entries").and_then(Value::as_array) {
        return archive(records, entries, answer, diffs);
    }
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

/// Compares the files of an archive, their order included.
fn archive(records: &Records, expected: &[Value], answer: &Answer, diffs: &mut Vec<String>) {
    let found = match entries(&answer.body) {
        Ok(found) => found,
        Err(error) => return diffs.push(format!("no archive: {error:#}")),
    };
    let same = |expected: &Value, found: &Entry| {
        let text = |name: &str| expected.get(name).and_then(Value::as_str).unwrap_or_default();
        let number = |name: &str| expected.get(name).and_then(Value::as_u64).unwrap_or_default();
        let content = records
            .media(text("sameAs"))
            .map(|bytes| hex::encode(Sha1::digest(&bytes)));
        found.name == text("name")
            && found.size == number("size")
            && u64::from(found.flags) == number("flags")
            && (text("method") == "store") == (found.method == 0)
            && content.is_ok_and(|content| content == found.sha1)
    };
    if expected.len() != found.len()
        || !expected
            .iter()
            .zip(&found)
            .all(|(expected, found)| same(expected, found))
    {
        diffs.push(format!("an archive of {found:?}"));
    }
}

/// Rounding may differ by a pixel.
fn near(actual: u32, expected: u64) -> bool {
    u64::from(actual).abs_diff(expected) <= 1
}

fn has_exif(bytes: &[u8]) -> bool {
    bytes.windows(6).take(4096).any(|window| window == b"Exif\0\0")
}
