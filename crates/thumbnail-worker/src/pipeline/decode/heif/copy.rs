//! A smaller copy of the picture that a camera put beside it (`thmb`), where it is as large as what is made of it: without it a file
//! of a Sony or a Nikon takes seconds, for every bit of its 33 megapixels.

use libheif_rs::ImageHandle;

use super::bare::Shape;
use super::{How, Open, header_of, pixels, told};
use crate::pipeline::cicp::Told;
use crate::pipeline::decode::Decoded;
use crate::pipeline::probe::Header;
use crate::pipeline::raster::Size;

/// Copies that are looked at: cameras have two.
const MOST: usize = 8;

/// A side of the result may be a little longer than that of the copy, as sides are rounded.
const NEARLY: f64 = 0.98;

/// How much the shapes of picture and copy may differ, for the same reason.
const SHAPE: f64 = 0.01;

/// The smallest copy that is large enough, given as the picture would be. What cannot be decoded is no copy.
pub(super) fn decode(open: &Open<'_>, header: &Header, shape: Option<&Shape>, base: Size) -> Option<Decoded> {
    let is_cropped = shape.is_some_and(|shape| shape.area.size != shape.stored);
    // The gain map is one of the picture.
    if is_cropped || header.channels.has_alpha() || header.gain_bytes > 0 || base == header.size() {
        return None;
    }
    let mut numbers = vec![0; open.handle.number_of_thumbnails().min(MOST)];
    let count = open.handle.thumbnail_ids(&mut numbers);
    let how = How {
        lenient: false,
        transformed: shape.is_none(),
    };
    let copies = numbers.iter().take(count);
    let copies = copies.filter_map(|number| open.handle.thumbnail(*number).ok());
    let copies = copies.map(|handle| (header_of(&handle, header.format, how.transformed), handle));
    let fitting = copies.filter(|(head, copy)| {
        is_enough(head.size(), base) && is_of(head.size(), header.size()) && has_same_colours(copy, open)
    });
    let (head, copy) = fitting.min_by_key(|(head, _)| head.size().pixels())?;
    let raster = pixels(&open.lib, &copy, &head, head.size(), how);
    let raster = raster.inspect_err(|error| tracing::debug!(%error, "a smaller copy that cannot be read is left out"));
    Some(Decoded::told(raster.ok()?, open.told()))
}

fn is_enough(copy: Size, base: Size) -> bool {
    let is_long = |side: u32, wanted: u32| f64::from(side) >= f64::from(wanted) * NEARLY;
    is_long(copy.width, base.width) && is_long(copy.height, base.height)
}

/// Whether both have one shape: some copies have black bars, or are cut.
fn is_of(copy: Size, picture: Size) -> bool {
    let shape = |size: Size| f64::from(size.width) / f64::from(size.height.max(1));
    (shape(copy) / shape(picture) - 1.0).abs() <= SHAPE && copy.pixels() < picture.pixels()
}

/// A copy for ordinary screens beside a picture for bright ones is another picture. One that says nothing is like it.
fn has_same_colours(copy: &ImageHandle, open: &Open<'_>) -> bool {
    let of_copy = told(copy);
    of_copy == Told::default() || of_copy == open.told()
}
