//! From the bytes of a photo to its small pictures, as one readable list of steps.
//!
//! The order is a law: limits come before work, the picture is decoded once and only as large as needed, colour is converted and
//! the picture turned *after* the resize, and every smaller picture is derived from the next larger one.

mod cicp;
mod colour;
pub mod container;
mod decode;
mod derive;
mod encode;
mod error;
mod film;
mod format;
pub(crate) mod fuzzing;
mod gain;
mod hash;
mod lab;
mod limits;
mod memory;
pub mod num;
mod options;
mod orient;
mod plan;
mod png_colour;
mod probe;
mod profile;
mod raster;
mod resize;
mod strip;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod tone;
mod traits;
mod work;

pub use cicp::{Cicp, Told};
pub(crate) use decode::{Decoded, Wanted, load_fonts};
pub use error::PictureError;
pub use film::FilmPicture;
pub(crate) use format::LONGEST_SIGNATURE;
pub use limits::Limits;
pub use options::{Colourspace, Output, OutputFormat, PictureOptions};
pub use orient::Orientation;
pub use plan::Plan;
pub(crate) use probe::Reading;
pub use probe::{Format, Header};
pub use raster::Size;
pub(crate) use raster::{Channels, Raster, Samples};

/// One finished picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// Pixels, after orientation.
    pub width: u32,
    /// Pixels, after orientation.
    pub height: u32,
    /// What `bytes` is.
    pub format: OutputFormat,
    /// Whether it loads in passes; always false for WebP, which has no such thing.
    pub is_progressive: bool,
}

/// Everything made from one photo.
#[derive(Debug, Clone)]
pub struct Pictures {
    /// The large picture a viewer opens first.
    pub preview: Picture,
    /// The small one of the timeline.
    pub thumbnail: Picture,
    /// All pixels in a format a browser shows; only when asked for.
    pub fullsize: Option<Picture>,
    /// The placeholder of some 25 bytes.
    pub thumbhash: Vec<u8>,
    /// Whether the photo lets its background through anywhere.
    pub is_transparent: bool,
    /// Pixels of what was decoded, upright: of the photo itself, or of a smaller picture in its file.
    pub original: Size,
    /// Pixels of the photo itself as stored, before they are turned for viewing; none where that cannot be told.
    pub stored: Option<Size>,
    /// How the stored pixels are turned for viewing.
    pub orientation: Orientation,
}

/// A photo that passed the limits: what it is, what will be done, and how much memory that takes. Nothing is decoded yet.
#[derive(Debug)]
pub struct Prepared<B> {
    bytes: B,
    header: Header,
    plan: Plan,
    reading: Reading,
}

/// Looks at `bytes` (a whole file called `name`), and refuses what is not read, is damaged at its head, or is too large.
///
/// # Errors
/// Every error is about the file and permanent; its text names the cause.
pub fn prepare<B: AsRef<[u8]>>(
    bytes: B,
    name: &str,
    options: &PictureOptions,
    limits: &Limits,
) -> Result<Prepared<B>, PictureError> {
    limits.check_file(num::u64_of(bytes.as_ref().len()))?;
    let reading = Reading::new(name, options, limits);
    let header = probe::probe(bytes.as_ref(), &reading)?;
    admit(bytes, header, options, reading)
}

/// The same for a file whose head is read. Where another process has the file, no bytes of it are needed.
pub(crate) fn admit<B: AsRef<[u8]>>(
    bytes: B,
    header: Header,
    options: &PictureOptions,
    reading: Reading,
) -> Result<Prepared<B>, PictureError> {
    let limits = &reading.limits;
    limits.check_picture(&header)?;
    let (header, plan) = planned(header, options, limits);
    limits.check_decoded(plan.memory)?;
    limits.check_work(work::of(&header, &plan))?;
    Ok(Prepared {
        bytes,
        header,
        plan,
        reading,
    })
}

/// What is done with a picture: without its gain map, where there is no room for both.
fn planned(header: Header, options: &PictureOptions, limits: &Limits) -> (Header, Plan) {
    let plan = Plan::new(&header, options);
    if header.gain_bytes == 0 || limits.check_decoded(plan.memory).is_ok() {
        return (header, plan);
    }
    let alone = Header {
        gain_bytes: 0,
        ..header
    };
    (alone, Plan::new(&alone, options))
}

/// Reads the head of a file, for a worker that waits in another process.
pub(crate) fn probe_here(bytes: &[u8], reading: &Reading) -> Result<Header, PictureError> {
    probe::probe(bytes, reading)
}

/// Decodes for a worker that waits in another process; the result still has to be shrunk.
pub(crate) fn decode_here(bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Result<Decoded, PictureError> {
    decode::decode(bytes, header, wanted)
}

/// What a file that begins with these bytes is, or why it is not read. [`LONGEST_SIGNATURE`] of them are enough.
pub(crate) fn format(bytes: &[u8], name: &str) -> Result<Format, PictureError> {
    probe::format(bytes, name)
}

/// The first resize, which a process that decodes for another does too, so that less has to be handed over.
pub(crate) fn shrink(decoded: Decoded, to: Size) -> Result<Decoded, PictureError> {
    let Decoded { raster, covered, told } = decoded.without_opaque_alpha();
    let opaque = Decoded {
        raster,
        covered,
        told: None,
    };
    let raster = resize::Shrinker::new().shrink_decoded(opaque, to)?;
    Ok(Decoded {
        told,
        ..Decoded::whole(raster)
    })
}

/// The picture for ordinary screens, where another picture in its file makes one of it.
pub(crate) fn with_gain(shrunk: Decoded, bytes: &[u8], header: &Header, wanted: &Wanted<'_>) -> Decoded {
    let Some(gain) = gain::of(bytes, header, wanted) else {
        return shrunk;
    };
    let mut traits = traits::Traits::default();
    if let Some(told) = &shrunk.told {
        traits.told(told);
    }
    match gain::shown(&shrunk.raster, &traits, &gain) {
        Some((raster, told)) => Decoded::told(raster, told),
        None => shrunk,
    }
}

impl<B: AsRef<[u8]>> Prepared<B> {
    /// What the head of the file says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Bytes of memory that [`Prepared::render`] holds at its peak, the file included: the price at the door of a worker.
    pub fn memory(&self) -> u64 {
        self.plan.memory
    }

    /// The decoder shrinks by this.
    pub(crate) const fn scale(&self) -> u32 {
        self.plan.scale
    }

    /// The size of the largest picture to make, before orientation.
    pub(crate) fn base(&self) -> Size {
        self.plan.base
    }

    /// Whether a second picture in the file is decoded too.
    pub(crate) const fn has_gain(&self) -> bool {
        self.header.gain_bytes > 0
    }

    fn wanted(&self) -> Wanted<'_> {
        Wanted {
            scale: self.plan.scale,
            base: self.plan.base,
            reading: &self.reading,
        }
    }

    /// Runs the steps. `cancelled` is asked between them.
    ///
    /// # Errors
    /// Damage found while decoding is permanent; [`PictureError::Cancelled`] when told to stop.
    pub fn render(&self, options: &PictureOptions, cancelled: &dyn Fn() -> bool) -> Result<Pictures, PictureError> {
        pause(cancelled)?;
        let (bytes, wanted) = (self.bytes.as_ref(), self.wanted());
        if let Some(base) = decode::decode_shrunk(bytes, &self.header, &wanted, &|| pause(cancelled))? {
            return self.render_base(base, None, options, cancelled);
        }
        let decoded = decode::decode(bytes, &self.header, &wanted)?;
        // The colours of a JPEG are in its file, and not known yet.
        let decoded = if self.has_gain() && self.header.format != Format::Jpeg {
            with_gain(shrink(decoded, self.plan.base)?, bytes, &self.header, &wanted)
        } else {
            decoded
        };
        self.render_decoded(decoded, options, cancelled)
    }

    /// Runs the steps after decoding, for a picture that another process decoded.
    pub(crate) fn render_decoded(
        &self,
        decoded: Decoded,
        options: &PictureOptions,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Pictures, PictureError> {
        pause(cancelled)?;
        let told = decoded.told.clone();
        let base = resize::Shrinker::new().shrink_decoded(decoded.without_opaque_alpha(), self.plan.base)?;
        self.render_base(base, told.as_ref(), options, cancelled)
    }

    /// Runs the steps after the first resize.
    fn render_base(
        &self,
        base: Raster,
        told: Option<&Told>,
        options: &PictureOptions,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<Pictures, PictureError> {
        let mut traits = traits::read(self.bytes.as_ref(), &self.header);
        if let Some(told) = told {
            traits.told(told);
        }
        let base = self.for_ordinary_screens(base, &mut traits);
        let target = colour::target(&traits, options.colourspace);
        pause(cancelled)?;
        let base = colour::convert(base, &traits, target)?;
        let base = orient::turn(base, traits.orientation)?;
        pause(cancelled)?;
        let carried = strip::carry(&traits, target, options.panorama);
        let original = traits.orientation.turned(self.header.size());
        let mut shrinker = resize::Shrinker::new();
        let derived = derive::derive(base, &mut shrinker, options, &carried, &|| pause(cancelled))?;
        Ok(Pictures {
            original,
            stored: self.header.stored,
            orientation: match self.header.turned {
                Orientation::Upright => traits.orientation,
                turned => turned,
            },
            ..derived
        })
    }

    /// What the gain map of a JPEG makes of it.
    fn for_ordinary_screens(&self, base: Raster, traits: &mut traits::Traits) -> Raster {
        let is_here = self.has_gain() && self.header.format == Format::Jpeg;
        let gain = is_here.then(|| gain::of(self.bytes.as_ref(), &self.header, &self.wanted()));
        match gain.flatten().and_then(|gain| gain::shown(&base, traits, &gain)) {
            Some((shown, told)) => {
                traits.told(&told);
                shown
            }
            None => base,
        }
    }
}

fn pause(cancelled: &dyn Fn() -> bool) -> Result<(), PictureError> {
    if cancelled() {
        Err(PictureError::Cancelled)
    } else {
        Ok(())
    }
}
