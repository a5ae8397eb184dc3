//! `/system-metadata`

use super::handlers;
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let read = Access::admin(Permission::SystemMetadataRead);
    let update = Access::admin(Permission::SystemMetadataUpdate);
    api.get("/system-metadata/admin-onboarding", read, handlers::admin_onboarding);
    api.post(
        "/system-metadata/admin-onboarding",
        update,
        handlers::set_admin_onboarding,
    );
    api.get(
        "/system-metadata/reverse-geocoding-state",
        read,
        handlers::reverse_geocoding_state,
    );
    api.get(
        "/system-metadata/version-check-state",
        read,
        handlers::version_check_state,
    );
}
