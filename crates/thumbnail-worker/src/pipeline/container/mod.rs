//! The boxes pictures come in, read only as far as the pipeline needs and written without what it must not pass on.

pub(crate) mod heif;
pub(crate) mod jpeg;
pub(crate) mod mpf;
pub(crate) mod png;
pub(crate) mod riff;
