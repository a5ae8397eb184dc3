//! Accounts as administrators make, change and delete them.

mod administrators;
mod deletion;
mod heatmap;
mod profile_image;
