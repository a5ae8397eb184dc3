//! Downloads of many assets at once: what there would be in which archive, and an archive.

mod archive;
mod choice;
mod info;
mod stream;

use crate::{
    access::{Access, Permission},
    http::routes::Api,
};

pub(crate) fn routes(api: &mut Api<'_>) {
    let download = Access::shared(Permission::AssetDownload);
    api.post("/download/info", download, info::info);
    api.post("/download/archive", download, archive::archive);
}
