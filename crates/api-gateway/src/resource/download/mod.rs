//! Downloads of many assets at once: what there would be in which archive, and an archive.

mod archive;
mod choice;
mod info;
mod stream;

use crate::routes::routes;

routes! {
    POST "/download/info"    shared AssetDownload => info::info;
    POST "/download/archive" shared AssetDownload => archive::archive;
}
