//! Pictures for tests: made here, or real ones from the folder of test media.

mod film;
mod folder;
mod maker;
pub mod video;

pub use film::{BARS, bars, film, seen_by_ffmpeg};
pub use folder::{case, cases, files_in, files_of_store, test_media};
pub use maker::{jpeg, jpeg_sized, png, unique, webp};
