//! `/server`, and what lies outside of `/api`.

use super::{about, config, license, own_page, page, statistics, storage};
use crate::routes::{Api, routes};

/// The built-in pages, shown while no web app is mounted.
pub(crate) fn pages(api: &mut Api<'_>) {
    api.get_outside("/", own_page::index);
}

/// What lies outside of `/api`.
pub(crate) fn outside(api: &mut Api<'_>) {
    api.get_outside("/.well-known/immich", page::well_known);
    api.get_outside("/custom.css", page::custom_css);
    api.get_outside("/_safelight", own_page::index);
    api.get_outside("/_safelight/{name}", own_page::file);
    // The app of the contract has no page of the fleet: this one is ours, whatever is at `/`.
    api.get_outside("/fleet", own_page::index);
}

routes! {
    GET    "/server/ping"            public                    => about::ping;
    GET    "/server/version"         public                    => about::version;
    GET    "/server/version-history" public                    => about::version_history;
    GET    "/server/version-check"   user ServerVersionCheck   => about::version_check;
    GET    "/server/about"           user ServerAbout          => about::about;
    GET    "/server/apk-links"       user ServerApkLinks       => about::apk_links;
    GET    "/server/config"          public                    => config::config;
    GET    "/server/features"        public                    => config::features;
    GET    "/server/media-types"     public                    => config::media_types;
    GET    "/server/storage"         user ServerStorage        => storage::storage;
    GET    "/server/statistics"      admin ServerStatistics    => statistics::statistics;
    GET    "/server/license"         admin ServerLicenseRead   => license::get;
    PUT    "/server/license"         admin ServerLicenseUpdate => license::set;
    DELETE "/server/license"         admin ServerLicenseDelete => license::delete;
}
