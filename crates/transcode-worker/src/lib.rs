//! The transcode worker: web-playable video from any video.
//!
//! [`policy`] decides from what the streams of a video are, as rows tell it, and from the settings; its answer is a [`recipe`].

pub mod policy;
pub mod recipe;
