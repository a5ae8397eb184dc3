//! The cookies of a login.

use actix_web::cookie::{
    Cookie, Expiration, SameSite,
    time::{Duration, OffsetDateTime},
};

/// Holds the token of the session; not readable by scripts.
pub(crate) const ACCESS_TOKEN: &str = "immich_access_token";
/// How the session was opened: `password` or `oauth`.
pub(crate) const AUTH_TYPE: &str = "immich_auth_type";
/// Readable by the web app, to know whether asking for the account makes sense.
pub(crate) const IS_AUTHENTICATED: &str = "immich_is_authenticated";

/// As long as browsers keep any cookie.
const LIFETIME: Duration = Duration::days(400);

/// The three cookies of a new session; `secure` if the client came by https.
pub(crate) fn login(token: &str, secure: bool) -> [Cookie<'static>; 3] {
    [
        cookie(ACCESS_TOKEN, token, true, secure),
        cookie(AUTH_TYPE, "password", true, secure),
        cookie(IS_AUTHENTICATED, "true", false, secure),
    ]
}

/// The same three, emptied.
pub(crate) fn logout() -> [Cookie<'static>; 3] {
    [ACCESS_TOKEN, AUTH_TYPE, IS_AUTHENTICATED].map(|name| {
        Cookie::build(name, "")
            .path("/")
            .expires(OffsetDateTime::UNIX_EPOCH)
            .finish()
    })
}

fn cookie(name: &'static str, value: &str, http_only: bool, secure: bool) -> Cookie<'static> {
    let mut cookie = Cookie::build(name, value.to_owned())
        .path("/")
        .max_age(LIFETIME)
        .expires(Expiration::from(OffsetDateTime::now_utc() + LIFETIME))
        .same_site(SameSite::Lax)
        .finish();
    // Set only where true: the attribute is then absent, as in the contract.
    if http_only {
        cookie.set_http_only(true);
    }
    if secure {
        cookie.set_secure(true);
    }
    cookie
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_carry_the_attributes_of_the_contract() {
        let [token, _, readable] = login("t", true).map(|cookie| cookie.to_string());
        for part in [
            "immich_access_token=t",
            "HttpOnly",
            "SameSite=Lax",
            "Secure",
            "Path=/",
            "Max-Age=34560000",
        ] {
            assert!(token.contains(part), "{part} in {token}");
        }
        assert!(!readable.contains("HttpOnly"));
        let [cleared, ..] = logout().map(|cookie| cookie.to_string());
        assert_eq!(
            cleared,
            "immich_access_token=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
        );
    }
}
