//! `/map`

use super::read;
use crate::routes::routes;

routes! {
    GET "/map/markers"         user MapRead   => read::markers;
    GET "/map/reverse-geocode" user MapSearch => read::reverse_geocode;
}
