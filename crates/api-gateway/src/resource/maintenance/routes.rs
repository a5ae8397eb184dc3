//! `/admin/maintenance`

use super::install;
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get(
        "/admin/maintenance/detect-install",
        Access::admin(Permission::Maintenance),
        install::detect,
    );
}
