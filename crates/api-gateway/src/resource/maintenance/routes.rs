//! `/admin/maintenance`

use super::install;
use crate::routes::routes;

routes! {
    GET "/admin/maintenance/detect-install" admin Maintenance => install::detect;
}
