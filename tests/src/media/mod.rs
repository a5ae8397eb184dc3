//! Pictures for tests: made here, or real ones from the folder of test media.

mod film;
mod folder;
mod made;
mod maker;
pub mod video;

pub use film::{BARS, bars, film, seen_by_ffmpeg};
pub use folder::{case, cases, files_in, files_of_store, test_media};
pub use made::{avi_of_tape, dolby_vision, in_sample_entry, mp4_box};
pub use maker::{jpeg, jpeg_sized, png, unique, webp};
