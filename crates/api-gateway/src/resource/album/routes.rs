//! `/albums`

use super::{add, people, read, remove, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/albums", Access::user(Permission::AlbumRead), read::list);
    api.post("/albums", Access::user(Permission::AlbumCreate), write::create);
    api.put(
        "/albums/assets",
        Access::user(Permission::AlbumAssetCreate),
        add::to_many,
    );
    api.get(
        "/albums/statistics",
        Access::user(Permission::AlbumStatistics),
        read::statistics,
    );
    api.get("/albums/{id}", Access::shared(Permission::AlbumRead), read::one);
    api.patch("/albums/{id}", Access::user(Permission::AlbumUpdate), write::update);
    api.delete("/albums/{id}", Access::user(Permission::AlbumDelete), write::delete);
    api.put(
        "/albums/{id}/assets",
        Access::user(Permission::AlbumAssetCreate),
        add::to_one,
    );
    api.delete(
        "/albums/{id}/assets",
        Access::user(Permission::AlbumAssetDelete),
        remove::from_one,
    );
    api.get(
        "/albums/{id}/map-markers",
        Access::shared(Permission::AlbumRead),
        read::map_markers,
    );
    api.put(
        "/albums/{id}/users",
        Access::user(Permission::AlbumUserCreate),
        people::add,
    );
    api.put(
        "/albums/{id}/user/{userId}",
        Access::user(Permission::AlbumUserUpdate),
        people::set_role,
    );
    api.delete(
        "/albums/{id}/user/{userId}",
        Access::user(Permission::AlbumUserDelete),
        people::remove,
    );
}
