//! Whether a page of another site made a browser send a request.
//!
//! A browser adds the cookie of a session to whatever a page of the same host makes it send, also from another port, and
//! `SameSite` holds back only what comes from another domain. So what a cookie authorises and is not a read has to come from
//! a page of ours, and so has the opening of a socket. What the browser says of it decides: `Sec-Fetch-Site` where it is sent
//! (browsers send it over https and to this machine only), else `Origin`. Who sends neither is no browser: the apps.

use actix_web::{
    HttpRequest,
    http::{
        Method,
        header::{HOST, HeaderName, ORIGIN},
    },
};
use url::Url;

use crate::http::{client, error::ApiError};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Fails where another site is behind a request. `external` is the address that the settings name for this server, or
/// empty.
///
/// # Errors
/// 403.
pub(super) fn refuse(request: &HttpRequest, external: &str) -> Result<(), ApiError> {
    if is_own(request, client::forwarded_host(request), external) {
        return Ok(());
    }
    tracing::warn!(
        http.path = request.path(),
        http.origin = text(request, &ORIGIN).unwrap_or_default(),
        "a request of another site was refused"
    );
    Err(ApiError::forbidden("Cross-site request"))
}

/// Whether a request changes nothing, by its method.
pub(super) fn is_read(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

fn is_own(request: &HttpRequest, forwarded_host: Option<&str>, external: &str) -> bool {
    if request.headers().contains_key(SEC_FETCH_SITE) {
        return matches!(text(request, &SEC_FETCH_SITE), Some("same-origin" | "none"));
    }
    if !request.headers().contains_key(ORIGIN) {
        return true;
    }
    let Some(origin) = text(request, &ORIGIN).and_then(|origin| Url::parse(origin).ok()) else {
        // `null`, what is sent twice, or no address at all.
        return false;
    };
    let hosts = [text(request, &HOST), forwarded_host];
    hosts.into_iter().flatten().any(|host| names(&origin, host)) || is_same(&origin, external)
}

/// The one value of a header; nothing where there are several.
fn text<'r>(request: &'r HttpRequest, name: &HeaderName) -> Option<&'r str> {
    let mut values = request.headers().get_all(name);
    values.next()?.to_str().ok().filter(|_| values.next().is_none())
}

/// Whether a `Host` is that of this origin. Which scheme we are reached by is not known behind a proxy, so a host without a
/// port has the one that is usual for the scheme of the origin.
fn names(origin: &Url, host: &str) -> bool {
    let named = Url::parse(&format!("{}://{host}", origin.scheme()));
    named.is_ok_and(|named| named.origin() == origin.origin() && named.origin().is_tuple())
}

fn is_same(origin: &Url, external: &str) -> bool {
    Url::parse(external).is_ok_and(|external| external.origin() == origin.origin() && external.origin().is_tuple())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const US: (&str, &str) = ("host", "photos.example:2283");

    fn passes(headers: &[(&str, &str)], forwarded: Option<&str>, external: &str) -> bool {
        let request = headers
            .iter()
            .fold(TestRequest::post(), |request, header| request.append_header(*header));
        is_own(&request.to_http_request(), forwarded, external)
    }

    #[test]
    fn what_the_browser_says_decides() {
        for (site, own) in [
            ("same-origin", true),
            ("none", true),
            ("same-site", false),
            ("cross-site", false),
            ("Same-Origin", false),
            ("", false),
        ] {
            assert_eq!(passes(&[US, ("sec-fetch-site", site)], None, ""), own, "{site}");
            // Whatever the origin is: it is not looked at.
            let both = [US, ("sec-fetch-site", site), ("origin", "http://photos.example:2283")];
            assert_eq!(passes(&both, None, ""), own, "{site}");
        }
        let twice = [US, ("sec-fetch-site", "none"), ("sec-fetch-site", "none")];
        assert!(!passes(&twice, None, ""));
    }

    #[test]
    fn else_the_origin_has_to_be_the_host() {
        for (host, origin, own) in [
            ("photos.example:2283", "http://photos.example:2283", true),
            ("Photos.Example:2283", "http://photos.example:2283", true),
            ("photos.example", "https://photos.example", true),
            ("photos.example", "http://photos.example", true),
            ("photos.example:443", "https://photos.example", true),
            ("[::1]:2283", "http://[::1]:2283", true),
            ("photos.example:2283", "http://photos.example:8080", false),
            ("photos.example:2283", "http://photos.example", false),
            ("photos.example", "http://photos.example.evil", false),
            ("photos.example", "http://evil/photos.example", false),
            ("photos.example", "null", false),
            ("photos.example", "file://photos.example", false),
            ("evil@photos.example", "http://evil", false),
        ] {
            assert_eq!(
                passes(&[("host", host), ("origin", origin)], None, ""),
                own,
                "{origin} at {host}"
            );
        }
        let twice = [US, ("origin", "http://evil"), ("origin", "http://photos.example:2283")];
        assert!(!passes(&twice, None, ""));
    }

    #[test]
    fn proxies_and_settings_may_name_another() {
        let asked = [("host", "gateway:2283"), ("origin", "https://photos.example")];
        assert!(!passes(&asked, None, ""));
        assert!(passes(&asked, Some("photos.example"), ""));
        assert!(!passes(&asked, Some("other.example"), ""));
        assert!(passes(&asked, None, "https://photos.example/"));
        assert!(!passes(&asked, None, "https://photos.example:8443"));
        assert!(!passes(&asked, None, "http://photos.example"));
    }

    #[test]
    fn who_says_nothing_is_no_browser() {
        assert!(passes(&[US], None, ""));
    }
}
