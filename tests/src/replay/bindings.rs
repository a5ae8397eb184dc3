//! What the placeholders stand for.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Utc;
use regex::Regex;

use super::record::Request;
use crate::client::Answer;

/// A placeholder in a text: `{{name}}`.
fn placeholder() -> &'static Regex {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    #[expect(clippy::expect_used, reason = "a constant pattern")]
    PATTERN.get_or_init(|| Regex::new(r"\{\{([^{}]+)\}\}").expect("a pattern"))
}

/// Values bound so far.
pub(super) struct Bindings {
    values: HashMap<String, String>,
    /// `ETag` and `Last-Modified` of the last full answer per path.
    validators: HashMap<String, (String, String)>,
    /// Body of the last `GET /api/system-config`.
    pub(super) system_config: Option<serde_json::Value>,
}

impl Bindings {
    pub(super) fn new(media: &Path) -> Self {
        let known = [
            ("media", media.display().to_string()),
            ("month", Utc::now().format("%Y-%m-01").to_string()),
        ];
        let values = known
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        Self {
            values,
            validators: HashMap::new(),
            system_config: None,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    pub(super) fn bind(&mut self, name: &str, value: &str) {
        self.values.entry(name.to_owned()).or_insert_with(|| value.to_owned());
    }

    /// Keeps of an answer what later requests refer to without a placeholder in the record of this one.
    pub(super) fn remember(&mut self, request: &Request, answer: &Answer) {
        if request.method != "GET" || answer.status != 200 {
            return;
        }
        let validators = (
            answer.header("etag").to_owned(),
            answer.header("last-modified").to_owned(),
        );
        self.validators.insert(request.path.clone(), validators);
        if request.path == "/api/system-config"
            && let Ok(json) = answer.json()
        {
            self.system_config = Some(json);
        }
    }

    /// `text` with every placeholder replaced by its value.
    pub(super) fn fill(&self, text: &str, request: &Request) -> Result<String> {
        let mut filled = String::new();
        let mut rest = 0;
        for found in placeholder().captures_iter(text) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else {
                continue;
            };
            filled.push_str(text.get(rest..whole.start()).unwrap_or_default());
            filled.push_str(&self.value(name.as_str(), request)?);
            rest = whole.end();
        }
        filled.push_str(text.get(rest..).unwrap_or_default());
        Ok(filled)
    }

    fn value(&self, name: &str, request: &Request) -> Result<String> {
        if let Some(value) = self.values.get(name) {
            return Ok(value.clone());
        }
        if let Some((etag, modified)) = self.validators.get(&request.path) {
            match name.split('.').next() {
                Some("etag") => return Ok(etag.clone()),
                Some("last-modified") => return Ok(modified.clone()),
                _ => {}
            }
        }
        if let Some(key) = name
            .strip_suffix("keyhex")
            .and_then(|link| self.values.get(&format!("{link}key")))
        {
            return Ok(hex::encode(URL_SAFE_NO_PAD.decode(key)?));
        }
        if pattern(name).is_none() {
            // A token of a storage template, no placeholder.
            return Ok(format!("{{{{{name}}}}}"));
        }
        bail!("{{{{{name}}}}} was never bound")
    }

    /// Whether `actual` is what `expected` with its placeholders says; binds the new ones.
    pub(super) fn matches(&mut self, expected: &str, actual: &str) -> Result<bool> {
        if !expected.contains("{{") {
            return Ok(expected == actual);
        }
        let mut pattern_text = String::from("^(?s:");
        let mut groups = Vec::new();
        let mut rest = 0;
        for found in placeholder().captures_iter(expected) {
            let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else {
                continue;
            };
            pattern_text.push_str(&regex::escape(expected.get(rest..whole.start()).unwrap_or_default()));
            match (self.values.get(name.as_str()), pattern(name.as_str())) {
                (Some(value), _) => pattern_text.push_str(&regex::escape(value)),
                (None, Some((form, binds))) => {
                    pattern_text.extend(["(", form, ")"]);
                    groups.push((name.as_str(), binds));
                }
                (None, None) => pattern_text.push_str(&regex::escape(whole.as_str())),
            }
            rest = whole.end();
        }
        pattern_text.push_str(&regex::escape(expected.get(rest..).unwrap_or_default()));
        pattern_text.push_str(")$");
        let Some(captures) = Regex::new(&pattern_text)?.captures(actual) else {
            return Ok(false);
        };
        for (index, (name, binds)) in groups.into_iter().enumerate() {
            let value = captures.get(index + 1).context("a group per placeholder")?.as_str();
            if binds {
                self.bind(name, value);
            }
        }
        Ok(true)
    }
}

/// What a placeholder looks like, without groups, and whether it stands for one value for ever. `None`: it is none.
fn pattern(name: &str) -> Option<(&'static str, bool)> {
    const UUID: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
    let last = name.rsplit('.').next().unwrap_or_default();
    Some(match name {
        "time:Z" => (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", false),
        _ if name.starts_with("time:offset") => (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?\+00:00", false),
        _ if name.starts_with("time:bare") => (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?", false),
        "h0" | "h1" => ("[0-9a-f]{2}", false),
        "epochms" => (r"\d{13}", false),
        "bytes" => (r"\d+", false),
        "http-date" => (r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", false),
        "cwd" | "library" => (r"/.+", true),
        _ if name.starts_with("size text") => (r"\d+(?:\.\d)? (?:B|KiB|MiB|GiB|TiB|PiB)", false),
        _ if name.starts_with("percent") => (r"\d+(?:\.\d+)?", false),
        _ if name.starts_with("uuid4:") => (
            "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            true,
        ),
        _ if name.starts_with("uuid7:") => (
            "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
            true,
        ),
        _ if last == "id" => (UUID, true),
        _ if name.starts_with("key.") || last == "key" || name.contains(".token") => (r"[\w+/=-]+", true),
        _ if name.starts_with("etag") || name.starts_with("last-modified") || last == "keyhex" => (".+", true),
        _ => return None,
    })
}
