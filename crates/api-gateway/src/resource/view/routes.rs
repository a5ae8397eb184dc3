//! `/view`

use super::read;
use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    api.get("/view/folder", Access::user(Permission::FolderRead), read::folder);
    api.get(
        "/view/folder/unique-paths",
        Access::user(Permission::FolderRead),
        read::unique_paths,
    );
}
