//! Requests that depend on what the client has already.

use std::time::SystemTime;

use actix_web::http::header::{
    CACHE_CONTROL, HeaderMap, HeaderName, HttpDate, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE,
};

/// How one version of a file is told from another.
#[derive(Debug, Clone)]
pub(super) struct Version {
    /// `W/"<hex size>-<hex milliseconds>"`
    pub(super) etag: String,
    /// To the second, as the header has it.
    pub(super) modified: SystemTime,
}

impl Version {
    /// The version of a file.
    pub(super) fn of(length: u64, modified: SystemTime) -> Self {
        let since = modified.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Self {
            etag: format!("W/\"{length:x}-{:x}\"", since.as_millis()),
            modified: SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(since.as_secs()),
        }
    }

    /// Whether the client has this version: every condition it sends must hold.
    pub(super) fn is_known(&self, headers: &HeaderMap) -> bool {
        let none_match = text(headers, &IF_NONE_MATCH);
        let since = text(headers, &IF_MODIFIED_SINCE);
        if none_match.is_none() && since.is_none() {
            return false;
        }
        if text(headers, &CACHE_CONTROL).is_some_and(|control| control.contains("no-cache")) {
            return false;
        }
        let tag_known = none_match.is_none_or(|tags| self.is_listed(tags));
        let unchanged = since.is_none_or(|since| date(since).is_some_and(|since| self.modified <= since));
        tag_known && unchanged
    }

    /// Whether a range may be given: `If-Range` is absent or names this version.
    pub(super) fn range_holds(&self, headers: &HeaderMap) -> bool {
        match text(headers, &IF_RANGE) {
            None => true,
            Some(tag) if tag.contains('"') => tag.contains(&self.etag),
            Some(since) => date(since).is_some_and(|since| self.modified <= since),
        }
    }

    fn is_listed(&self, tags: &str) -> bool {
        let strong = self.etag.trim_start_matches("W/");
        tags.trim() == "*" || tags.split(',').any(|tag| tag.trim().trim_start_matches("W/") == strong)
    }
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn date(text: &str) -> Option<SystemTime> {
    text.parse::<HttpDate>().ok().map(SystemTime::from)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use actix_web::http::header::HeaderValue;

    use super::*;

    fn version() -> Version {
        Version::of(
            20_280,
            SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_123),
        )
    }

    fn headers(pairs: &[(HeaderName, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.insert(name.clone(), HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn tags_are_made_of_size_and_time() {
        assert_eq!(version().etag, "W/\"4f38-18bcfe5687b\"");
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        let known = |pairs: &[(HeaderName, &'static str)]| version().is_known(&headers(pairs));
        assert!(known(&[(IF_NONE_MATCH, "W/\"4f38-18bcfe5687b\"")]));
        assert!(known(&[(IF_NONE_MATCH, "*")]));
        assert!(!known(&[(IF_NONE_MATCH, "W/\"x\"")]));
        assert!(known(&[(IF_MODIFIED_SINCE, "Tue, 14 Nov 2023 22:13:20 GMT")]));
        assert!(!known(&[(IF_MODIFIED_SINCE, "Tue, 14 Nov 2023 22:13:19 GMT")]));
        assert!(!known(&[(IF_NONE_MATCH, "*"), (CACHE_CONTROL, "no-cache")]));
        assert!(!known(&[]));
    }

    #[test]
    fn ranges_of_another_version_are_ignored() {
        let holds = |value| version().range_holds(&headers(&[(IF_RANGE, value)]));
        assert!(holds("W/\"4f38-18bcfe5687b\"") && holds("Tue, 14 Nov 2023 22:13:20 GMT"));
        assert!(!holds("\"x\"") && !holds("Mon, 13 Nov 2023 22:13:20 GMT"));
        assert!(version().range_holds(&HeaderMap::new()));
    }
}
