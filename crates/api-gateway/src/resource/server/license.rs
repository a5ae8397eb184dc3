//! The purchase of Immich, which means nothing here: there is never one, and no key is valid.

use crate::prelude::*;
use crate::resource::user::LicenseKey;

/// `GET /server/license`
pub(super) async fn get(_auth: Auth) -> Reply {
    Err(ApiError::not_found())
}

/// `PUT /server/license`
pub(super) async fn set(_auth: Auth, _body: Body<LicenseKey>) -> Reply {
    Err(ApiError::bad("Invalid license key"))
}

/// `DELETE /server/license`
pub(super) async fn delete(_auth: Auth) -> Reply {
    Ok(reply::no_content())
}
