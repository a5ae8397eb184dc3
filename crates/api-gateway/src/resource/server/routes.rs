//! `/server`, and what lies outside of `/api`.

use super::{about, config, license, own_page, page, statistics, storage};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

/// The built-in pages, shown while no web app is mounted.
pub(crate) fn pages(api: &mut Api<'_>) {
    api.get_outside("/", own_page::index);
}

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get_outside("/.well-known/immich", page::well_known);
    api.get_outside("/custom.css", page::custom_css);
    api.get_outside("/_safelight", own_page::index);
    api.get_outside("/_safelight/{name}", own_page::file);
    // The app of the contract has no page of the fleet: this one is ours, whatever is at `/`.
    api.get_outside("/fleet", own_page::index);

    api.get("/server/ping", Access::public(), about::ping);
    api.get("/server/version", Access::public(), about::version);
    api.get("/server/version-history", Access::public(), about::version_history);
    api.get(
        "/server/version-check",
        Access::user(Permission::ServerVersionCheck),
        about::version_check,
    );
    api.get("/server/about", Access::user(Permission::ServerAbout), about::about);
    api.get(
        "/server/apk-links",
        Access::user(Permission::ServerApkLinks),
        about::apk_links,
    );
    api.get("/server/config", Access::public(), config::config);
    api.get("/server/features", Access::public(), config::features);
    api.get("/server/media-types", Access::public(), config::media_types);
    api.get(
        "/server/storage",
        Access::user(Permission::ServerStorage),
        storage::storage,
    );
    api.get(
        "/server/statistics",
        Access::admin(Permission::ServerStatistics),
        statistics::statistics,
    );
    api.get(
        "/server/license",
        Access::admin(Permission::ServerLicenseRead),
        license::get,
    );
    api.put(
        "/server/license",
        Access::admin(Permission::ServerLicenseUpdate),
        license::set,
    );
    api.delete(
        "/server/license",
        Access::admin(Permission::ServerLicenseDelete),
        license::delete,
    );
}
