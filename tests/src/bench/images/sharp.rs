//! The peer: the same pictures by sharp (`tests/peers/sharp.mjs`).

use std::path::Path;

use anyhow::Result;

use super::super::peer;
use super::figures::Figures;

/// What happens to colours; the script says more.
#[derive(Debug, Clone, Copy)]
pub(super) enum Colours {
    /// All become sRGB, which costs next to nothing for a photo without a profile.
    Srgb,
    /// Whatever the profile is, it is converted to Display P3.
    P3,
    /// Nothing is converted, and the result is called Display P3: right for photos that are that already.
    Kept,
    /// All become sRGB, and are resized in linear light.
    Light,
    /// The same by an exponent of 2.2, in 8 bits.
    Gamma,
}

impl Colours {
    const fn name(self) -> &'static str {
        match self {
            Self::Srgb => "srgb",
            Self::P3 => "p3",
            Self::Kept => "kept",
            Self::Light => "light",
            Self::Gamma => "gamma",
        }
    }
}

/// Makes the pictures of a file `count` times, `lanes` at a time; those of the first time go to `out`.
///
/// # Errors
/// When the script fails, as it does for formats that sharp does not read.
pub(super) fn run(photo: &Path, lanes: usize, count: usize, colours: Colours, out: Option<&Path>) -> Result<Figures> {
    let mut arguments = vec![
        photo.display().to_string(),
        count.to_string(),
        format!("--lanes={lanes}"),
        format!("--colours={}", colours.name()),
    ];
    arguments.extend(out.map(|out| format!("--out={}", out.display())));
    Figures::of(&peer::run_blocking("sharp.mjs", &arguments)?)
}
