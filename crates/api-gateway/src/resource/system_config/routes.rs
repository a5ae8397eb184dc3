//! `/system-config`

use super::{read, write};
use crate::routes::routes;

routes! {
    GET "/system-config"                          admin SystemConfigRead   => read::current;
    PUT "/system-config"                          admin SystemConfigUpdate => write::replace;
    GET "/system-config/defaults"                 admin SystemConfigRead   => read::defaults;
    GET "/system-config/storage-template-options" admin SystemConfigRead   => read::storage_template_options;
}
