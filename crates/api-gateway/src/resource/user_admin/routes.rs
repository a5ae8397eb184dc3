//! `/admin/users` and `/admin/auth`

use super::{read, remove, write};
use crate::{resource::user::heatmap, routes::routes};

routes! {
    GET    "/admin/users"                       admin AdminUserRead      => read::list;
    POST   "/admin/users"                       admin AdminUserCreate    => write::create;
    GET    "/admin/users/{id}"                  admin AdminUserRead      => read::one;
    UPDATE "/admin/users/{id}"                  admin AdminUserUpdate    => write::update;
    DELETE "/admin/users/{id}"                  admin AdminUserDelete    => remove::delete;
    POST   "/admin/users/{id}/restore"          admin AdminUserDelete    => remove::restore;
    GET    "/admin/users/{id}/preferences"      admin AdminUserRead      => read::preferences;
    UPDATE "/admin/users/{id}/preferences"      admin AdminUserUpdate    => write::preferences;
    GET    "/admin/users/{id}/sessions"         admin AdminSessionRead   => read::sessions;
    GET    "/admin/users/{id}/statistics"       admin AdminUserRead      => read::statistics;
    // Of the contract's routes for administrators the only one that anybody may call; the handler looks whose it is.
    GET    "/admin/users/{id}/calendar-heatmap" user UserRead            => heatmap::of_one;
    POST   "/admin/auth/unlink-all"             admin AdminAuthUnlinkAll => write::unlink_all;
}
