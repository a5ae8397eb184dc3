//! `/assets` and `/trash`

use super::{check, copy, jobs, media, metadata, read, trash, update, update_many, upload};
use crate::routes::routes;

routes! {
    POST   "/assets"                     shared AssetUpload + with_files => upload::create;
    UPDATE "/assets"                     user AssetUpdate                => update_many::update;
    DELETE "/assets"                     user AssetDelete                => trash::delete;
    PUT    "/assets/copy"                user AssetCopy                  => copy::copy;
    POST   "/assets/bulk-upload-check"   user AssetUpload                => check::bulk_upload_check;
    GET    "/assets/statistics"          user AssetStatistics            => read::statistics;
    POST   "/assets/jobs"                user JobCreate                  => jobs::run;
    PUT    "/assets/metadata"            user AssetUpdate                => metadata::put_many;
    DELETE "/assets/metadata"            user AssetUpdate                => metadata::delete_many;
    GET    "/assets/{id}"                shared AssetRead                => read::one;
    UPDATE "/assets/{id}"                user AssetUpdate                => update::update;
    GET    "/assets/{id}/metadata"       user AssetRead                  => metadata::list_all;
    PUT    "/assets/{id}/metadata"       user AssetUpdate                => metadata::put;
    GET    "/assets/{id}/metadata/{key}" user AssetRead                  => metadata::get;
    DELETE "/assets/{id}/metadata/{key}" user AssetUpdate                => metadata::delete;
    GET    "/assets/{id}/thumbnail"      shared AssetView                => media::thumbnail;
    GET    "/assets/{id}/original"       shared AssetDownload            => media::original;
    GET    "/assets/{id}/video/playback" shared AssetView                => media::playback;
    POST   "/trash/empty"                user AssetDelete                => trash::empty;
    POST   "/trash/restore"              user AssetDelete                => trash::restore_all;
    POST   "/trash/restore/assets"       user AssetDelete                => trash::restore;
}
