//! What may travel with a small picture: the colour profile, and for panoramas how to unroll them. Nothing else is ever copied, so
//! no position, name or serial number can leak.

use super::options::Colourspace;
use super::profile;
use super::traits::Traits;

mod gpano;

/// The metadata of the pictures written.
#[derive(Debug, Clone)]
pub(super) struct Carried {
    pub(super) icc: &'static [u8],
    /// An XMP packet with nothing but the `GPano` group.
    pub(super) xmp: Option<String>,
    /// Colours at half the resolution, whatever the quality: a film has no more of them.
    pub(super) halves_colours: bool,
}

pub(super) fn carry(traits: &Traits, target: Colourspace, panorama: bool) -> Carried {
    let xmp = traits.xmp.as_deref().filter(|_| panorama).and_then(self::panorama);
    Carried {
        icc: &profile::of(target).icc,
        xmp,
        halves_colours: false,
    }
}

/// See [`gpano::packet`].
pub(super) fn panorama(xmp: &str) -> Option<String> {
    gpano::packet(xmp)
}

impl Carried {
    /// What travels with a picture of a film: nothing, for it is sRGB.
    pub(super) const fn of_film() -> Self {
        Self {
            icc: &[],
            xmp: None,
            halves_colours: true,
        }
    }

    /// The same without the panorama: a thumbnail is never unrolled.
    pub(super) fn without_panorama(&self) -> Self {
        Self { xmp: None, ..*self }
    }
}
