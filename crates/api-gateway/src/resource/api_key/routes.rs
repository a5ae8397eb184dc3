//! `/api-keys`

use super::{read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/api-keys", Access::user(Permission::ApiKeyRead), read::list);
    api.post("/api-keys", Access::user(Permission::ApiKeyCreate), write::create);
    // Before `{id}`, which would take "me" for an id.
    api.get("/api-keys/me", Access::any_user(), read::me);
    api.get("/api-keys/{id}", Access::user(Permission::ApiKeyRead), read::one);
    api.update("/api-keys/{id}", Access::user(Permission::ApiKeyUpdate), write::update);
    api.delete("/api-keys/{id}", Access::user(Permission::ApiKeyDelete), write::delete);
}
