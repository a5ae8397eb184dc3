//! `/jobs`

use super::{read, write};
use crate::routes::routes;

routes! {
    GET  "/jobs"        admin JobRead   => read::all;
    POST "/jobs"        admin JobCreate => write::create;
    PUT  "/jobs/{name}" admin JobCreate => write::command;
}
