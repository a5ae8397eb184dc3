//! `/map`

use super::read;
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/map/markers", Access::user(Permission::MapRead), read::markers);
    api.get(
        "/map/reverse-geocode",
        Access::user(Permission::MapSearch),
        read::reverse_geocode,
    );
}
