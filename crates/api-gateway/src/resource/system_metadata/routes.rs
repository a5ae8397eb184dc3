//! `/system-metadata`

use super::handlers;
use crate::routes::routes;

routes! {
    GET  "/system-metadata/admin-onboarding"        admin SystemMetadataRead   => handlers::admin_onboarding;
    POST "/system-metadata/admin-onboarding"        admin SystemMetadataUpdate => handlers::set_admin_onboarding;
    GET  "/system-metadata/reverse-geocoding-state" admin SystemMetadataRead   => handlers::reverse_geocoding_state;
    GET  "/system-metadata/version-check-state"     admin SystemMetadataRead   => handlers::version_check_state;
}
