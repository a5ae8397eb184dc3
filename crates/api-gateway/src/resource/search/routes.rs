//! `/search`

use super::{explore, places, read, suggest};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let assets = Access::user(Permission::AssetRead);
    api.post("/search/metadata", assets, read::metadata);
    api.post("/search/random", assets, read::random);
    api.post("/search/large-assets", assets, read::large);
    api.post("/search/smart", assets, read::smart);
    api.post(
        "/search/statistics",
        Access::user(Permission::AssetStatistics),
        read::statistics,
    );
    api.get("/search/suggestions", assets, suggest::suggestions);
    api.get("/search/explore", assets, explore::explore);
    api.get("/search/cities", assets, places::cities);
    api.get("/search/places", assets, places::places);
    api.get("/search/person", Access::user(Permission::PersonRead), places::people);
}
