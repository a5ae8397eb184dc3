//! One file per kind of job this worker does.

mod asset;
mod film;
mod generate_thumbnails;
mod options;
mod original;
mod profile_image;
mod publish;

pub use generate_thumbnails::ThumbnailHandler;
pub use profile_image::ProfileImageHandler;
