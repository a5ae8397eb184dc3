//! SVG by resvg, drawn at the size that is wanted: nothing outside of the file is read.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{Error, ImageHrefResolver, Options, Tree};

use super::Decoded;
use crate::pipeline::error::PictureError;
use crate::pipeline::limits::Limits;
use crate::pipeline::num::{pixels, u64_of};
use crate::pipeline::options::PictureOptions;
use crate::pipeline::probe::{self, Format, Header, Reading};
use crate::pipeline::raster::{Channels, Raster, Size};

/// A drawing has no pixels of its own: one that says that it is smaller is drawn this long.
const SHORTER_SIDE: u32 = 2_048;

/// Pixels of a picture inside of a drawing.
const LARGEST_INSIDE: usize = 50_000_000;

/// Bytes of one font: those with all signs of East Asia are larger.
const LARGEST_FONT: usize = 8 << 20;
/// Bytes of all fonts.
const ALL_FONTS: usize = 64 << 20;

/// The fonts of this machine, found once in the life of a process. A decoder does that before it closes its doors.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_system_fonts();
    let mut fonts = in_memory(&fonts);
    name_stand_ins(&mut fonts);
    Arc::new(fonts)
});

/// Finds the fonts and reads them.
pub(crate) fn load_fonts() {
    LazyLock::force(&FONTS);
}

/// Says which fonts stand in for those that a drawing names and this machine lacks: the usual ones where they are there, else any.
fn name_stand_ins(fonts: &mut Database) {
    let families: Vec<String> = fonts
        .faces()
        .filter_map(|face| face.families.first().map(|(name, _language)| name.clone()))
        .collect();
    let stand_in = |wanted: [&str; 3]| {
        let usual = wanted.iter().find(|wanted| families.iter().any(|name| name == *wanted));
        usual.map(ToString::to_string).or_else(|| families.first().cloned())
    };
    if let Some(name) = stand_in(["Liberation Serif", "DejaVu Serif", "Noto Serif"]) {
        fonts.set_serif_family(name);
    }
    if let Some(name) = stand_in(["Liberation Sans", "DejaVu Sans", "Noto Sans"]) {
        fonts.set_sans_serif_family(name);
    }
    if let Some(name) = stand_in(["Liberation Mono", "DejaVu Sans Mono", "Noto Sans Mono"]) {
        fonts.set_monospace_family(name);
    }
}

/// The same fonts, read, as far as they have room: later no file can be opened.
fn in_memory(found: &Database) -> Database {
    let mut fonts = Database::new();
    let mut room = ALL_FONTS;
    // A file with several faces is read once.
    for face in found.faces().filter(|face| face.index == 0) {
        let read = found.with_face_data(face.id, |data, _index| {
            (data.len() <= LARGEST_FONT.min(room)).then(|| data.to_vec())
        });
        if let Some(data) = read.flatten() {
            room -= data.len();
            fonts.load_font_data(data);
        }
    }
    fonts
}

pub(in crate::pipeline) fn header(bytes: &[u8]) -> Result<Header, PictureError> {
    let size = drawn(&parse(bytes)?);
    Ok(Header {
        // Layers of groups with filters, masks or opacity.
        decoder_bytes: u64_of(size.pixels()) * 8,
        // It has no pixels of its own.
        stored: None,
        ..Header::new(Format::Svg, size, Channels::Rgba, bytes)
    })
}

/// Draws at exactly `wanted`.
pub(super) fn decode(bytes: &[u8], wanted: Size) -> Result<Decoded, PictureError> {
    let tree = parse(bytes)?;
    let mut sheet = Pixmap::new(wanted.width, wanted.height)
        .ok_or_else(|| PictureError::internal("drawing", "there is no sheet of this size"))?;
    let scale = |to: u32, from: f32| f64::from(to) / f64::from(from);
    let (across, down) = (
        scale(wanted.width, tree.size().width()),
        scale(wanted.height, tree.size().height()),
    );
    resvg::render(
        &tree,
        Transform::from_scale(single(across), single(down)),
        &mut sheet.as_mut(),
    );
    let raster = Raster::of_bytes(wanted, Channels::Rgba, sheet.take_demultiplied());
    Ok(Decoded::whole(raster))
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "scales need no more digits"
)]
const fn single(value: f64) -> f32 {
    value as f32
}

fn parse(bytes: &[u8]) -> Result<Tree, PictureError> {
    let options = Options {
        resources_dir: None,
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|kind, data, options| {
                let inside = is_harmless(&data).then_some(data)?;
                ImageHrefResolver::default_data_resolver()(kind, inside, options)
            }),
            // The name of another file, or an address: neither is looked at.
            resolve_string: Box::new(|_href, _options| None),
        },
        fontdb: Arc::clone(&FONTS),
        ..Options::default()
    };
    Tree::from_data(bytes, &options).map_err(|error| match error {
        Error::ElementsLimitReached => PictureError::corrupt("SVG", "it has too many elements"),
        other => PictureError::corrupt("SVG", other),
    })
}

/// Whether a picture inside of the drawing may be decoded: it is unpacked without any limit. A packed drawing may be a bomb.
fn is_harmless(inside: &[u8]) -> bool {
    match Format::of(inside) {
        Some(Format::Svg) => true,
        Some(Format::Jpeg | Format::Png | Format::Webp | Format::Gif) => {
            let reading = Reading::new("", &PictureOptions::default(), &Limits::default());
            let header = probe::probe(inside, &reading);
            header.is_ok_and(|header| header.size().pixels() <= LARGEST_INSIDE)
        }
        _ => false,
    }
}

/// The size at which it is drawn at most: its own, or larger where that is small.
fn drawn(tree: &Tree) -> Size {
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let factor = (f64::from(SHORTER_SIDE) / width.min(height)).max(1.0);
    // A line that is long and thin stays within what is reasonable.
    let factor = factor.min((16_383.0 / width.max(height)).max(1.0));
    Size {
        width: pixels(width * factor),
        height: pixels(height * factor),
    }
}
