//! Every picture asked for, each from the next larger one.

use super::encode;
use super::error::PictureError;
use super::hash;
use super::options::{Output, PictureOptions};
use super::orient::Orientation;
use super::raster::Raster;
use super::resize::Shrinker;
use super::strip::Carried;
use super::{Picture, Pictures};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Fullsize,
    Preview,
    Thumbnail,
}

/// Makes them all from `base`, the largest, upright and in its final colours.
pub(super) fn derive(
    base: Raster,
    shrinker: &mut Shrinker,
    options: &PictureOptions,
    carried: &Carried,
    pause: &dyn Fn() -> Result<(), PictureError>,
) -> Result<Pictures, PictureError> {
    let wanted = [
        options.fullsize.map(|output| (Role::Fullsize, output)),
        Some((Role::Preview, options.preview)),
        Some((Role::Thumbnail, options.thumbnail)),
    ];
    let size_of = |output: &Output| {
        let size = output
            .size
            .map_or(base.size, |shorter| base.size.with_shorter_side(shorter));
        size.within(output.format.longest_side())
    };
    let mut wanted: Vec<_> = wanted
        .into_iter()
        .flatten()
        .map(|(role, output)| (role, output, size_of(&output)))
        .collect();
    wanted.sort_by_key(|&(_, _, size)| std::cmp::Reverse(size.pixels()));

    let (is_transparent, original) = (base.is_transparent(), base.size);
    let mut current = base;
    let mut made: Vec<(Role, Picture)> = Vec::with_capacity(wanted.len());
    for (role, output, size) in wanted {
        if size != current.size {
            current = shrinker.shrink(&current, size)?;
        }
        let picture = if role == Role::Thumbnail {
            encode::encode(&current, output, &carried.without_panorama())?
        } else {
            encode::encode(&current, output, carried)?
        };
        made.push((role, picture));
        pause()?;
    }
    let thumbhash = hash::thumbhash(&current, shrinker)?;
    let mut take = |role: Role| {
        made.iter()
            .position(|(made, _)| *made == role)
            .map(|at| made.swap_remove(at).1)
    };
    let missing = || PictureError::internal("deriving", "a picture was not made");
    Ok(Pictures {
        preview: take(Role::Preview).ok_or_else(missing)?,
        thumbnail: take(Role::Thumbnail).ok_or_else(missing)?,
        fullsize: take(Role::Fullsize),
        thumbhash,
        is_transparent,
        original,
        stored: Some(original),
        orientation: Orientation::Upright,
    })
}
