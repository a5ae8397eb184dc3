//! The whole pipeline on pictures made here, each looked at by an independent decoder.

use super::*;

mod colours;
mod damage;
mod formats;
mod gain;
mod light;
mod quality;
mod shape;

fn try_render(bytes: &[u8], name: &str, options: &PictureOptions) -> Result<Pictures, PictureError> {
    prepare(bytes, name, options, &Limits::default())?.render(options, &|| false)
}

fn render(bytes: &[u8], options: &PictureOptions) -> Pictures {
    try_render(bytes, "picture", options).unwrap()
}

fn defaults() -> PictureOptions {
    PictureOptions::default()
}
