//! `/albums`

use super::{add, people, read, remove, write};
use crate::routes::routes;

routes! {
    GET    "/albums"                    user AlbumRead        => read::list;
    POST   "/albums"                    user AlbumCreate      => write::create;
    PUT    "/albums/assets"             user AlbumAssetCreate => add::to_many;
    GET    "/albums/statistics"         user AlbumStatistics  => read::statistics;
    GET    "/albums/{id}"               shared AlbumRead      => read::one;
    PATCH  "/albums/{id}"               user AlbumUpdate      => write::update;
    DELETE "/albums/{id}"               user AlbumDelete      => write::delete;
    PUT    "/albums/{id}/assets"        user AlbumAssetCreate => add::to_one;
    DELETE "/albums/{id}/assets"        user AlbumAssetDelete => remove::from_one;
    GET    "/albums/{id}/map-markers"   shared AlbumRead      => read::map_markers;
    PUT    "/albums/{id}/users"         user AlbumUserCreate  => people::add;
    PUT    "/albums/{id}/user/{userId}" user AlbumUserUpdate  => people::set_role;
    DELETE "/albums/{id}/user/{userId}" user AlbumUserDelete  => people::remove;
}
