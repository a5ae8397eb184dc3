//! What a client says of itself, for the list of sessions.

use actix_web::{HttpRequest, http::header::USER_AGENT};

/// A client as people know it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Device {
    /// The browser or the kind of phone: `Firefox`, `Android`.
    pub(crate) kind: String,
    /// The system: `Linux`, `iOS`.
    pub(crate) os: String,
    /// The version of the mobile app.
    pub(crate) app_version: Option<String>,
}

/// Browsers by the mark in their user agent; the first that is there counts, as most name Chrome and Safari, too.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Systems by their mark; Android before Linux, as it names both.
const SYSTEMS: &[(&str, &str)] = &[
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iOS"),
    ("Mac OS X", "macOS"),
    ("CrOS", "Chrome OS"),
    ("Linux", "Linux"),
];

/// The device behind a request.
pub(crate) fn of(request: &HttpRequest) -> Device {
    let agent = request
        .headers()
        .get(USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    parse(agent)
}

fn parse(agent: &str) -> Device {
    for (mark, kind) in [
        ("immich-android/", "Android"),
        ("immich-ios/", "iOS"),
        ("immich-unknown/", ""),
    ] {
        if let Some(version) = agent.strip_prefix(mark) {
            let version = version.split([' ', ';']).next().unwrap_or_default();
            return Device {
                kind: kind.to_owned(),
                os: kind.to_owned(),
                app_version: Some(version.to_owned()),
            };
        }
    }
    let first = |marks: &[(&str, &str)]| {
        marks
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map_or_else(String::new, |(_, name)| (*name).to_owned())
    };
    Device {
        kind: first(BROWSERS),
        os: first(SYSTEMS),
        app_version: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_and_apps_are_told_apart() {
        let firefox = parse("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
        assert_eq!((firefox.kind.as_str(), firefox.os.as_str()), ("Firefox", "Linux"));
        let edge = parse("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0");
        assert_eq!((edge.kind.as_str(), edge.os.as_str()), ("Edge", "Windows"));
        let app = parse("immich-android/3.0.1");
        assert_eq!(
            (app.kind.as_str(), app.app_version.as_deref()),
            ("Android", Some("3.0.1"))
        );
        assert_eq!(parse("node"), Device::default());
    }
}
