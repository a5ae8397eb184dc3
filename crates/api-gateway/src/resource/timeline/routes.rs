//! The routes of the timeline.

use super::read;
use crate::routes::routes;

routes! {
    GET "/timeline/buckets" shared AssetRead => read::buckets;
    GET "/timeline/bucket"  shared AssetRead => read::bucket;
}
