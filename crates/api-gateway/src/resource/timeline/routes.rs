//! The routes of the timeline.

use super::read;
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

/// Registers the routes.
pub(crate) fn routes(api: &mut Api<'_>) {
    api.get(
        "/timeline/buckets",
        Access::shared(Permission::AssetRead),
        read::buckets,
    );
    api.get("/timeline/bucket", Access::shared(Permission::AssetRead), read::bucket);
}
