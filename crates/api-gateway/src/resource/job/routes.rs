//! `/jobs`

use super::{read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/jobs", Access::admin(Permission::JobRead), read::all);
    api.post("/jobs", Access::admin(Permission::JobCreate), write::create);
    api.put("/jobs/{name}", Access::admin(Permission::JobCreate), write::command);
}
