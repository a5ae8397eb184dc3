//! `/admin/users` and `/admin/auth`

use super::{read, remove, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
    resource::user::heatmap,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let see = Access::admin(Permission::AdminUserRead);
    let change = Access::admin(Permission::AdminUserUpdate);
    let delete = Access::admin(Permission::AdminUserDelete);
    api.get("/admin/users", see, read::list);
    api.post(
        "/admin/users",
        Access::admin(Permission::AdminUserCreate),
        write::create,
    );
    api.get("/admin/users/{id}", see, read::one);
    api.update("/admin/users/{id}", change, write::update);
    api.delete("/admin/users/{id}", delete, remove::delete);
    api.post("/admin/users/{id}/restore", delete, remove::restore);
    api.get("/admin/users/{id}/preferences", see, read::preferences);
    api.update("/admin/users/{id}/preferences", change, write::preferences);
    api.get(
        "/admin/users/{id}/sessions",
        Access::admin(Permission::AdminSessionRead),
        read::sessions,
    );
    api.get("/admin/users/{id}/statistics", see, read::statistics);
    // Of the contract's routes for administrators the only one that anybody may call; the handler looks whose it is.
    api.get(
        "/admin/users/{id}/calendar-heatmap",
        Access::user(Permission::UserRead),
        heatmap::of_one,
    );
    api.post(
        "/admin/auth/unlink-all",
        Access::admin(Permission::AdminAuthUnlinkAll),
        write::unlink_all,
    );
}
