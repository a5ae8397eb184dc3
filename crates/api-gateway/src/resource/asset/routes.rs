//! `/assets` and `/trash`

use super::{check, copy, jobs, media, metadata, read, trash, update, update_many, upload};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.post(
        "/assets",
        Access::shared(Permission::AssetUpload).with_files(),
        upload::create,
    );
    api.update("/assets", Access::user(Permission::AssetUpdate), update_many::update);
    api.delete("/assets", Access::user(Permission::AssetDelete), trash::delete);
    api.put("/assets/copy", Access::user(Permission::AssetCopy), copy::copy);
    api.post(
        "/assets/bulk-upload-check",
        Access::user(Permission::AssetUpload),
        check::bulk_upload_check,
    );
    api.get(
        "/assets/statistics",
        Access::user(Permission::AssetStatistics),
        read::statistics,
    );
    api.post("/assets/jobs", Access::user(Permission::JobCreate), jobs::run);
    api.put(
        "/assets/metadata",
        Access::user(Permission::AssetUpdate),
        metadata::put_many,
    );
    api.delete(
        "/assets/metadata",
        Access::user(Permission::AssetUpdate),
        metadata::delete_many,
    );
    api.get("/assets/{id}", Access::shared(Permission::AssetRead), read::one);
    api.update("/assets/{id}", Access::user(Permission::AssetUpdate), update::update);
    api.get(
        "/assets/{id}/metadata",
        Access::user(Permission::AssetRead),
        metadata::list_all,
    );
    api.put(
        "/assets/{id}/metadata",
        Access::user(Permission::AssetUpdate),
        metadata::put,
    );
    api.get(
        "/assets/{id}/metadata/{key}",
        Access::user(Permission::AssetRead),
        metadata::get,
    );
    api.delete(
        "/assets/{id}/metadata/{key}",
        Access::user(Permission::AssetUpdate),
        metadata::delete,
    );
    api.get(
        "/assets/{id}/thumbnail",
        Access::shared(Permission::AssetView),
        media::thumbnail,
    );
    api.get(
        "/assets/{id}/original",
        Access::shared(Permission::AssetDownload),
        media::original,
    );
    api.get(
        "/assets/{id}/video/playback",
        Access::shared(Permission::AssetView),
        media::playback,
    );
    api.post("/trash/empty", Access::user(Permission::AssetDelete), trash::empty);
    api.post(
        "/trash/restore",
        Access::user(Permission::AssetDelete),
        trash::restore_all,
    );
    api.post(
        "/trash/restore/assets",
        Access::user(Permission::AssetDelete),
        trash::restore,
    );
}
