//! `/auth`

use super::{login, pin, read, write};
use crate::routes::routes;

routes! {
    POST   "/auth/admin-sign-up"   public                  => write::sign_up;
    POST   "/auth/login"           public                  => login::login;
    POST   "/auth/logout"          user All                => login::logout;
    POST   "/auth/validateToken"   any_user                => read::validate_token;
    POST   "/auth/change-password" user AuthChangePassword => write::change_password;
    GET    "/auth/status"          user All                => read::status;
    POST   "/auth/pin-code"        user PinCodeCreate      => pin::set_up;
    PUT    "/auth/pin-code"        user PinCodeUpdate      => pin::change;
    DELETE "/auth/pin-code"        user PinCodeDelete      => pin::reset;
    POST   "/auth/session/unlock"  user All                => pin::unlock;
    POST   "/auth/session/lock"    user All                => pin::lock;
}
