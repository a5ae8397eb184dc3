//! `/api-keys`

use super::{read, write};
use crate::routes::routes;

routes! {
    GET    "/api-keys"      user ApiKeyRead   => read::list;
    POST   "/api-keys"      user ApiKeyCreate => write::create;
    // Before `{id}`, which would take "me" for an id.
    GET    "/api-keys/me"   any_user          => read::me;
    GET    "/api-keys/{id}" user ApiKeyRead   => read::one;
    UPDATE "/api-keys/{id}" user ApiKeyUpdate => write::update;
    DELETE "/api-keys/{id}" user ApiKeyDelete => write::delete;
}
