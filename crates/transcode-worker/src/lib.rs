//! The transcode worker: web-playable video from any video.
//!
//! [`policy`] decides from what the streams of a video are, as rows tell it, and from the settings; its answer is a [`recipe`].
//! [`trial`] finds out what the machine can do. [`pipeline`] makes it, in a [`child`] process of the worker; [`handler`] starts that child for a job, hears how far it is, looks
//! at the result and publishes it.

pub mod child;
pub mod config;
mod devices;
pub mod handler;
pub mod pipeline;
pub mod policy;
pub mod recipe;
pub mod trial;
