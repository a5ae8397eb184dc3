//! Tables that follow from others by triggers, while many writers change everything: what is told from them is what the plain
//! statement says.

mod albums;
mod chance;
mod facts;
mod locks;
mod world;
