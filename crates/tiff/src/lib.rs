//! The first page of a TIFF, by libtiff.
//!
//! [`Page`] gives strips and tiles as they are stored, without their compression: what the samples mean is for the caller to
//! say. Only colours whose parts have resolutions of their own come as red, green and blue ([`Page::colours`]).

mod facts;
mod ffi;
mod page;
#[cfg(test)]
mod tests;

pub use facts::{Facts, Photometric, SampleFormat};
pub use page::{Page, TiffError};
