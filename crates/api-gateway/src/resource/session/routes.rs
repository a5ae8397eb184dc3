//! `/sessions`

use super::{read, write};
use crate::routes::routes;

routes! {
    GET    "/sessions"           user SessionRead   => read::list;
    POST   "/sessions"           user SessionCreate => write::create;
    DELETE "/sessions"           user SessionDelete => write::delete_others;
    UPDATE "/sessions/{id}"      user SessionUpdate => write::update;
    DELETE "/sessions/{id}"      user SessionDelete => write::delete;
    POST   "/sessions/{id}/lock" user SessionLock   => write::lock;
}
