//! Where a request may carry its credentials. The first place that holds any decides: a bad token is not rescued by a
//! good cookie.

use actix_web::{HttpRequest, http::header::AUTHORIZATION};

use super::cookies::ACCESS_TOKEN;
use crate::http::query;

/// What was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credential {
    /// The key of a shared link.
    ShareKey(String),
    /// The slug of a shared link.
    ShareSlug(String),
    /// The token of a session.
    Session(String),
    /// The same from a cookie, which a browser adds to what other sites make it send, too.
    Cookie(String),
    /// An API key.
    ApiKey(String),
}

/// Looks in the order of the contract (2.2): share key, share slug, session, API key.
pub(super) fn find(request: &HttpRequest) -> Option<Credential> {
    find_with(request, request.query_string())
}

/// The same without the query, where a socket carries nothing of the kind.
pub(super) fn in_headers(request: &HttpRequest) -> Option<Credential> {
    find_with(request, "")
}

fn find_with(request: &HttpRequest, query_string: &str) -> Option<Credential> {
    let header = |name: &str| {
        let value = request.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned()).filter(|value| !value.is_empty())
    };
    let parameter = |name: &str| query::first(query_string, name).filter(|value| !value.is_empty());

    let share_key = header("x-immich-share-key").or_else(|| parameter("key"));
    let share_slug = || header("x-immich-share-slug").or_else(|| parameter("slug"));
    let session = || {
        header("x-immich-user-token")
            .or_else(|| header("x-immich-session-token"))
            .or_else(|| parameter("sessionKey"))
            .or_else(|| bearer(&header(AUTHORIZATION.as_str())?).filter(|token| !token.is_empty()))
    };
    let cookie = || {
        let cookie = request.cookie(ACCESS_TOKEN)?;
        Some(cookie.value().to_owned()).filter(|token| !token.is_empty())
    };
    let api_key = || header("x-api-key").or_else(|| parameter("apiKey"));

    share_key
        .map(Credential::ShareKey)
        .or_else(|| share_slug().map(Credential::ShareSlug))
        .or_else(|| session().map(Credential::Session))
        .or_else(|| cookie().map(Credential::Cookie))
        .or_else(|| api_key().map(Credential::ApiKey))
}

/// The token of `Bearer <token>`, whatever the case of the scheme.
fn bearer(header: &str) -> Option<String> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn every_place_is_looked_at() {
        let session = Some(Credential::Session("t".into()));
        let get = TestRequest::get;
        assert_eq!(
            find(&get().insert_header(("authorization", "bearer t")).to_http_request()),
            session
        );
        assert_eq!(
            find(
                &get()
                    .insert_header(("cookie", "a=b; immich_access_token=t"))
                    .to_http_request()
            ),
            Some(Credential::Cookie("t".into()))
        );
        assert_eq!(
            find(&get().insert_header(("x-immich-user-token", "t")).to_http_request()),
            session
        );
        assert_eq!(
            find(&get().insert_header(("x-immich-session-token", "t")).to_http_request()),
            session
        );
        assert_eq!(find(&get().uri("/?sessionKey=t").to_http_request()), session);
        let key = Some(Credential::ApiKey("k".into()));
        assert_eq!(find(&get().insert_header(("x-api-key", "k")).to_http_request()), key);
        assert_eq!(find(&get().uri("/?apiKey=k").to_http_request()), key);
        assert_eq!(
            find(&get().insert_header(("authorization", "Basic YTpi")).to_http_request()),
            None
        );
    }

    #[test]
    fn sockets_have_no_credentials_in_the_query() {
        let request = TestRequest::get()
            .uri("/?apiKey=k&sessionKey=t&key=s")
            .insert_header(("x-api-key", "header"))
            .to_http_request();
        assert_eq!(in_headers(&request), Some(Credential::ApiKey("header".into())));
        let request = TestRequest::get().uri("/?sessionKey=t").to_http_request();
        assert_eq!(in_headers(&request), None);
    }

    #[test]
    fn the_first_place_decides() {
        let request = TestRequest::get()
            .uri("/?apiKey=k")
            .insert_header(("authorization", "Bearer bad"))
            .insert_header(("cookie", "immich_access_token=good"))
            .to_http_request();
        assert_eq!(find(&request), Some(Credential::Session("bad".into())));
        let request = TestRequest::get()
            .uri("/?key=s")
            .insert_header(("authorization", "Bearer t"))
            .to_http_request();
        assert_eq!(find(&request), Some(Credential::ShareKey("s".into())));
    }
}
