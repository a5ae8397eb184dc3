//! `/notifications` and `/admin/notifications`

use super::{admin, mail, read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/notifications", Access::user(Permission::NotificationRead), read::list);
    api.put(
        "/notifications",
        Access::user(Permission::NotificationUpdate),
        write::update_many,
    );
    api.delete(
        "/notifications",
        Access::user(Permission::NotificationDelete),
        write::delete_many,
    );
    api.get(
        "/notifications/{id}",
        Access::user(Permission::NotificationRead),
        read::one,
    );
    api.put(
        "/notifications/{id}",
        Access::user(Permission::NotificationUpdate),
        write::update,
    );
    api.delete(
        "/notifications/{id}",
        Access::user(Permission::NotificationDelete),
        write::delete,
    );
    api.post("/admin/notifications", Access::admin(Permission::All), admin::create);
    api.post(
        "/admin/notifications/test-email",
        Access::admin(Permission::All),
        mail::test,
    );
    api.post(
        "/admin/notifications/templates/{name}",
        Access::admin(Permission::All),
        mail::preview,
    );
}
