//! `/system-config`

use super::{read, write};
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let read = Access::admin(Permission::SystemConfigRead);
    api.get("/system-config", read, read::current);
    api.put(
        "/system-config",
        Access::admin(Permission::SystemConfigUpdate),
        write::replace,
    );
    api.get("/system-config/defaults", read, read::defaults);
    api.get(
        "/system-config/storage-template-options",
        read,
        read::storage_template_options,
    );
}
