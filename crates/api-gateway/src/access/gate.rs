//! The gate in front of every route.

use std::fmt;

use actix_web::{
    HttpMessage as _, HttpRequest, ResponseError as _,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    middleware::Next,
    web,
};

use super::{
    Auth, Permission,
    credentials::{self, Credential},
    cross_site, lookup,
};
use crate::{
    door::{self, Caller},
    http::{body::Sender, client, content::Takes, error::ApiError},
    state::AppState,
};

/// Who may call a route, and what an API key needs for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Access {
    who: Who,
    permission: Option<Permission>,
    takes: Takes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Anyone,
    User,
    Shared,
    Admin,
}

impl Access {
    /// Anybody, without credentials. Credentials are not even looked at.
    pub(crate) const fn public() -> Self {
        Self {
            who: Who::Anyone,
            permission: None,
            takes: Takes::Json,
        }
    }

    /// The same, for a route that takes a form with files.
    pub(crate) const fn with_files(mut self) -> Self {
        self.takes = Takes::Files;
        self
    }

    /// The same, for a route that reads no body, and lets any pass.
    pub(crate) const fn without_body(mut self) -> Self {
        self.takes = Takes::Nothing;
        self
    }

    /// A person; an API key needs the permission. Routes that name none in the contract need [`Permission::All`].
    pub(crate) const fn user(permission: Permission) -> Self {
        Self {
            who: Who::User,
            permission: Some(permission),
            takes: Takes::Json,
        }
    }

    /// A person, by a session or any API key.
    pub(crate) const fn any_user() -> Self {
        Self {
            who: Who::User,
            permission: None,
            takes: Takes::Json,
        }
    }

    /// A person or a shared link. There are no shared links yet, so a link's key is refused like an unknown one; the
    /// routes that will take them are marked already.
    pub(crate) const fn shared(permission: Permission) -> Self {
        Self {
            who: Who::Shared,
            permission: Some(permission),
            takes: Takes::Json,
        }
    }

    /// An administrator; an API key needs the permission as well.
    pub(crate) const fn admin(permission: Permission) -> Self {
        Self {
            who: Who::Admin,
            permission: Some(permission),
            takes: Takes::Json,
        }
    }
}

/// The words of the contract: who (`public`, `user`, `shared`, `admin`), and the permission or `-`.
impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let who = match self.who {
            Who::Anyone => "public",
            Who::User => "user",
            Who::Shared => "shared",
            Who::Admin => "admin",
        };
        write!(f, "{who} {}", self.permission.map_or("-", Permission::as_str))
    }
}

/// Lets a request through to its handler, or answers it.
///
/// A request without valid credentials is answered 401, one without the right 403, one with a body of a type that the
/// route does not take 415.
///
/// # Errors
/// Those of the route.
pub(crate) async fn gate(
    access: Access,
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    // Until somebody has signed in, what the request takes counts against where it comes from.
    let caller = Caller::Network(client::network(request.request()));
    let answer = async {
        if access.who != Who::Anyone {
            match admit(access, &request).await {
                Ok(auth) => {
                    door::admitted(auth.id());
                    request.extensions_mut().insert(Sender(auth.id()));
                    request.extensions_mut().insert(auth);
                }
                Err(refusal) => return Ok(request.into_response(refusal.error_response())),
            }
        }
        if let Err(refusal) = access.takes.check(request.request()) {
            return Ok(request.into_response(refusal.error_response()));
        }
        next.call(request).await
    };
    door::scope(caller, answer).await
}

async fn admit(access: Access, request: &ServiceRequest) -> Result<Auth, ApiError> {
    let auth = authenticate(request).await?;
    check(access, &auth)?;
    Ok(auth)
}

async fn authenticate(request: &ServiceRequest) -> Result<Auth, ApiError> {
    let state = request
        .app_data::<web::Data<AppState>>()
        .ok_or_else(|| ApiError::internal("the application has no state"))?;
    match credentials::find(request.request()) {
        None => Err(ApiError::Unauthorized("Authentication required")),
        Some(Credential::ShareKey(_)) => Err(ApiError::Unauthorized("Invalid share key")),
        Some(Credential::ShareSlug(_)) => Err(ApiError::Unauthorized("Invalid share slug")),
        Some(Credential::Session(token)) => lookup::session(state, request.request(), &token).await,
        Some(Credential::Cookie(token)) => {
            if !cross_site::is_read(request.method()) {
                cross_site::refuse(request.request(), &state.system_config().server.external_domain)?;
            }
            lookup::session(state, request.request(), &token).await
        }
        Some(Credential::ApiKey(key)) => lookup::api_key(state, &key).await,
    }
}

/// The person behind the headers of a request, whatever the route: sockets take no credentials in the query. A shared link
/// is no person; what happens to its owner is not its business.
///
/// # Errors
/// 401 for anybody else, 403 where a cookie was sent by another site.
pub(crate) async fn by_headers(state: &AppState, request: &HttpRequest) -> Result<Auth, ApiError> {
    match credentials::in_headers(request) {
        Some(Credential::Session(token)) => lookup::session(state, request, &token).await,
        Some(Credential::Cookie(token)) => {
            cross_site::refuse(request, &state.system_config().server.external_domain)?;
            lookup::session(state, request, &token).await
        }
        Some(Credential::ApiKey(key)) => lookup::api_key(state, &key).await,
        _ => Err(ApiError::Unauthorized("Authentication required")),
    }
}

fn check(access: Access, auth: &Auth) -> Result<(), ApiError> {
    if access.who == Who::Admin && !auth.user.is_admin {
        return Err(ApiError::forbidden("Forbidden"));
    }
    match access.permission {
        Some(permission) if !auth.may(permission) => Err(ApiError::forbidden(format!(
            "Missing required permission: {}",
            permission.as_str()
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::access::{AuthKey, AuthUser, Via};

    fn key(is_admin: bool, permissions: &[Permission]) -> Auth {
        let user = AuthUser {
            id: Uuid::nil(),
            is_admin,
            quota_size_in_bytes: None,
            quota_usage_in_bytes: 0,
        };
        Auth {
            user,
            via: Via::ApiKey(AuthKey {
                id: Uuid::nil(),
                permissions: permissions.to_vec(),
            }),
        }
    }

    fn refusal(access: Access, auth: &Auth) -> Option<String> {
        check(access, auth).err().map(|error| error.to_string())
    }

    #[test]
    fn keys_need_the_permission_of_the_route() {
        let limited = key(true, &[Permission::AssetRead]);
        assert_eq!(refusal(Access::user(Permission::AssetRead), &limited), None);
        assert_eq!(refusal(Access::any_user(), &limited), None);
        assert_eq!(
            refusal(Access::user(Permission::AlbumRead), &limited).as_deref(),
            Some("Missing required permission: album.read")
        );
        assert_eq!(
            refusal(Access::admin(Permission::AdminUserRead), &limited).as_deref(),
            Some("Missing required permission: adminUser.read")
        );
        assert_eq!(
            refusal(Access::admin(Permission::AdminUserRead), &key(true, &[Permission::All])),
            None
        );
    }

    #[test]
    fn access_in_words() {
        assert_eq!(Access::public().to_string(), "public -");
        assert_eq!(Access::any_user().to_string(), "user -");
        assert_eq!(Access::shared(Permission::AssetRead).to_string(), "shared asset.read");
        assert_eq!(Access::admin(Permission::All).to_string(), "admin all");
    }

    #[test]
    fn admin_routes_are_for_admins() {
        let auth = key(false, &[Permission::All]);
        assert_eq!(
            refusal(Access::admin(Permission::AdminUserRead), &auth).as_deref(),
            Some("Forbidden")
        );
    }
}
