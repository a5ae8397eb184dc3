//! One file, measured on both sides in turn.

use anyhow::{Context, Result};

use super::super::figures::Figures;
use super::super::photos::{Kind, Photo};
use super::super::sharp::Colours;
use super::super::{ours, sharp};

/// How often each side has its turn, and photos in a turn: the machine has slower and faster minutes, and both sides get both.
const ROUNDS: usize = 5;
const PHOTOS: usize = 4;
/// With two at a time: fewer rounds of more photos, for the lanes to overlap.
const ROUNDS_OF_TWO: usize = 3;
const PHOTOS_OF_TWO: usize = 10;

/// The figures of one file: one at a time, then two.
pub(super) struct Measured {
    pub(super) photo: Photo,
    pub(super) ours: [Figures; 2],
    /// `None` where sharp does not read the file.
    pub(super) sharp: Option<[Figures; 2]>,
    /// For a photo in Display P3: where sharp is told to convert nothing.
    pub(super) kept: Option<Figures>,
    /// For a photo in sRGB: where sharp resizes in linear light, as ours does, and by an exponent.
    pub(super) linear: Option<[Figures; 2]>,
}

pub(super) fn measure(photo: &Photo) -> Result<Measured> {
    let colours = match photo.kind {
        Kind::Wide => Colours::P3,
        Kind::Srgb(_) | Kind::Other | Kind::Rare => Colours::Srgb,
    };
    // A format that sharp was built without is a figure, too; anything else that fails is a mistake in this benchmark.
    let readable = photo.kind != Kind::Rare || sharp::run(&photo.path, 1, 1, colours, None).is_ok();
    let (ones, peers) = turns(photo, 1, readable.then_some(colours))?;
    let (twos, peers_of_two) = turns(photo, 2, readable.then_some(colours))?;
    let rounds = |colours| -> Result<Vec<Figures>> {
        (0..ROUNDS)
            .map(|_| sharp::run(&photo.path, 1, PHOTOS, colours, None))
            .collect()
    };
    let (mut kept, mut linear) = (Vec::new(), [Vec::new(), Vec::new()]);
    match photo.kind {
        Kind::Wide => kept = rounds(Colours::Kept)?,
        Kind::Srgb(_) | Kind::Other => linear = [rounds(Colours::Light)?, rounds(Colours::Gamma)?],
        Kind::Rare => {}
    }
    let [light, gamma] = linear.map(|runs| Figures::of_runs(&runs));
    let of = |runs: &[Figures]| Figures::of_runs(runs).context("there was no round");
    Ok(Measured {
        photo: photo.clone(),
        ours: [of(&ones)?, of(&twos)?],
        sharp: Figures::of_runs(&peers)
            .zip(Figures::of_runs(&peers_of_two))
            .map(Into::into),
        kept: Figures::of_runs(&kept),
        linear: light.zip(gamma).map(Into::into),
    })
}

/// The rounds of ours and of sharp's, with so many photos at a time.
fn turns(photo: &Photo, lanes: usize, colours: Option<Colours>) -> Result<(Vec<Figures>, Vec<Figures>)> {
    let (rounds, photos) = if lanes == 1 {
        (ROUNDS, PHOTOS)
    } else {
        (ROUNDS_OF_TWO, PHOTOS_OF_TWO)
    };
    let (mut runs, mut peers) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        runs.push(ours::run(&photo.path, lanes, photos, None)?);
        if let Some(colours) = colours {
            peers.push(sharp::run(&photo.path, lanes, photos, colours, None)?);
        }
    }
    Ok((runs, peers))
}
