//! `/notifications` and `/admin/notifications`

use super::{admin, mail, read, write};
use crate::routes::routes;

routes! {
    GET    "/notifications"                        user NotificationRead   => read::list;
    PUT    "/notifications"                        user NotificationUpdate => write::update_many;
    DELETE "/notifications"                        user NotificationDelete => write::delete_many;
    GET    "/notifications/{id}"                   user NotificationRead   => read::one;
    PUT    "/notifications/{id}"                   user NotificationUpdate => write::update;
    DELETE "/notifications/{id}"                   user NotificationDelete => write::delete;
    POST   "/admin/notifications"                  admin All               => admin::create;
    POST   "/admin/notifications/test-email"       admin All               => mail::test;
    POST   "/admin/notifications/templates/{name}" admin All               => mail::preview;
}
