//! `/search`

use super::{explore, places, read, suggest};
use crate::routes::routes;

routes! {
    POST "/search/metadata"     user AssetRead       => read::metadata;
    POST "/search/random"       user AssetRead       => read::random;
    POST "/search/large-assets" user AssetRead       => read::large;
    POST "/search/smart"        user AssetRead       => read::smart;
    POST "/search/statistics"   user AssetStatistics => read::statistics;
    GET  "/search/suggestions"  user AssetRead       => suggest::suggestions;
    GET  "/search/explore"      user AssetRead       => explore::explore;
    GET  "/search/cities"       user AssetRead       => places::cities;
    GET  "/search/places"       user AssetRead       => places::places;
    GET  "/search/person"       user PersonRead      => places::people;
}
