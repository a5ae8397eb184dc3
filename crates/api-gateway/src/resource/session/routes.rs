//! `/sessions`

use super::{read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/sessions", Access::user(Permission::SessionRead), read::list);
    api.post("/sessions", Access::user(Permission::SessionCreate), write::create);
    api.delete(
        "/sessions",
        Access::user(Permission::SessionDelete),
        write::delete_others,
    );
    api.update("/sessions/{id}", Access::user(Permission::SessionUpdate), write::update);
    api.delete("/sessions/{id}", Access::user(Permission::SessionDelete), write::delete);
    api.post(
        "/sessions/{id}/lock",
        Access::user(Permission::SessionLock),
        write::lock,
    );
}
