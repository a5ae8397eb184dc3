//! Assets: uploading, looking at them, changing them, their bytes, the trash.

mod change;
mod check;
mod copy;
mod counted;
mod jobs;
pub(crate) mod live;
mod media;
mod metadata;
mod read;
pub(crate) mod routes;
mod row;
mod trash;
mod update;
mod update_many;
mod upload;
mod wire;

pub(crate) use check::parse_checksum;
pub(crate) use read::{Counted, count, many};
pub(crate) use wire::{AssetView, Detail};
