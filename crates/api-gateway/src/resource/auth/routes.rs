//! `/auth`

use super::{login, pin, read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.post("/auth/admin-sign-up", Access::public(), write::sign_up);
    api.post("/auth/login", Access::public(), login::login);
    api.post("/auth/logout", Access::user(Permission::All), login::logout);
    api.post("/auth/validateToken", Access::any_user(), read::validate_token);
    api.post(
        "/auth/change-password",
        Access::user(Permission::AuthChangePassword),
        write::change_password,
    );
    api.get("/auth/status", Access::user(Permission::All), read::status);

    api.post("/auth/pin-code", Access::user(Permission::PinCodeCreate), pin::set_up);
    api.put("/auth/pin-code", Access::user(Permission::PinCodeUpdate), pin::change);
    api.delete("/auth/pin-code", Access::user(Permission::PinCodeDelete), pin::reset);
    api.post("/auth/session/unlock", Access::user(Permission::All), pin::unlock);
    api.post("/auth/session/lock", Access::user(Permission::All), pin::lock);
}
