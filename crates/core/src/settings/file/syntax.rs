//! From the text of the file to its values.

use std::ffi::OsStr;
use std::path::Path;

use serde_json::{Map, Value};
use serde_saphyr::{from_str_with_options, options};

use super::SettingsFileError;

/// Reads JSON where the name ends with `.json` or the text is valid JSON, else YAML. A file that says nothing is an empty section.
pub(super) fn parse(path: &Path, text: &str) -> Result<Value, SettingsFileError> {
    let refused = |language, reason: String| SettingsFileError::Syntax {
        path: path.to_owned(),
        language,
        reason,
    };
    let is_json = path.extension().and_then(OsStr::to_str) == Some("json");
    let said = match serde_json::from_str(text) {
        Ok(said) => said,
        Err(error) if is_json => return Err(refused("JSON", error.to_string())),
        Err(_) => yaml(text).map_err(|reason| refused("YAML", reason))?,
    };
    Ok(if said == Value::Null {
        Value::Object(Map::new())
    } else {
        said
    })
}

/// Errors name a line and never show it: a password may stand there. `yes` and `on` are text, as in YAML 1.2.
fn yaml(text: &str) -> Result<Value, String> {
    let options = options! { with_snippet: false, strict_booleans: true };
    from_str_with_options(text, options).map_err(|error: serde_saphyr::Error| error.without_snippet().to_string())
}
