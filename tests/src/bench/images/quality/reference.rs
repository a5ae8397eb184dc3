//! What libvips, by its command line, makes of a photo: decoded whole, turned, Lanczos without a first rough step, in linear light of
//! 32 bits or on the levels as they are, colours last.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use image::{ImageDecoder, ImageReader, RgbImage};

use super::super::super::peer::output;

const INSTALL: &str = "vips is missing: deploy/bootstrap install test, or apt-get install libvips-tools";

/// Why there is no reference here, if there is none.
pub(super) fn missing() -> Option<&'static str> {
    vips(&["--version"]).is_err().then_some(INSTALL)
}

/// A picture as it was read from a file, and its profile.
pub(super) struct Seen {
    pub(super) picture: RgbImage,
    pub(super) profile: Option<Vec<u8>>,
}

impl Seen {
    /// Reads a file by decoders that neither side uses.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let open = || {
            let mut decoder = ImageReader::open(path)?.with_guessed_format()?.into_decoder()?;
            let profile = decoder.icc_profile()?;
            let picture = image::DynamicImage::from_decoder(decoder)?.into_rgb8();
            anyhow::Ok(Self { picture, profile })
        };
        open().with_context(|| path.display().to_string())
    }
}

/// What is added up by the resize.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weighed {
    /// Linear light.
    Light,
    /// Levels as they are.
    Levels,
}

/// The reference, and the same in a JPEG of the quality that previews have.
pub(super) struct Reference {
    pub(super) exact: Seen,
    pub(super) encoded: Seen,
    /// Bytes of the JPEG.
    pub(super) bytes: u64,
}

/// Makes the reference of `photo` at the size and in the colours of `preview`, with files in `folder`.
///
/// # Errors
/// When vips fails.
pub(super) fn make(photo: &Path, preview: &Seen, weighed: Weighed, folder: &Path) -> Result<Reference> {
    let file = |name: &str| folder.join(name);
    let upright = file("upright.v");
    run("autorot", &[photo, &upright], &[])?;
    let (linear, small) = (file("linear.v"), file("small.v"));
    let whole = match weighed {
        Weighed::Light => {
            run("colourspace", &[&upright, &linear], &["scrgb"])?;
            &linear
        }
        Weighed::Levels => &upright,
    };
    let scale = |field: &str, to: u32| {
        let from: f64 = vips(&["vipsheader", "-f", field, &text(&upright)])?.trim().parse()?;
        anyhow::Ok((f64::from(to) / from).to_string())
    };
    let (across, down) = (
        scale("width", preview.picture.width())?,
        scale("height", preview.picture.height())?,
    );
    let lanczos = ["--vscale", &down, "--kernel", "lanczos3", "--gap", "0"];
    let arguments: Vec<&str> = [across.as_str()].into_iter().chain(lanczos).collect();
    run("resize", &[whole, &small], &arguments)?;
    let levels = match weighed {
        Weighed::Light => {
            let levels = file("levels.v");
            run("colourspace", &[&small, &levels], &["srgb"])?;
            levels
        }
        Weighed::Levels => small,
    };
    let converted = in_colours_of(preview, &levels, folder)?;
    let (exact, encoded) = (file("reference.png"), file("reference.jpg"));
    run("pngsave", &[&converted, &exact], &["--compression", "1"])?;
    let quality = ["--Q", "80", "--subsample-mode", "off", "--optimize-coding"];
    run("jpegsave", &[&converted, &encoded], &quality)?;
    Ok(Reference {
        exact: Seen::open(&exact)?,
        encoded: Seen::open(&encoded)?,
        bytes: std::fs::metadata(&encoded)?.len(),
    })
}

/// Converts to the profile of the preview where the photo has one; without, both are sRGB.
fn in_colours_of(preview: &Seen, small: &Path, folder: &Path) -> Result<PathBuf> {
    let converted = folder.join("converted.v");
    let has_profile = vips(&["vipsheader", "-f", "icc-profile-data", &text(small)]).is_ok();
    match &preview.profile {
        Some(profile) if has_profile => {
            let icc = folder.join("preview.icc");
            std::fs::write(&icc, profile)?;
            run(
                "icc_transform",
                &[small, &converted, &icc],
                &["--embedded", "--intent", "relative"],
            )?;
        }
        // Grey becomes RGB, and 16 bits 8.
        _ => run("colourspace", &[small, &converted], &["srgb"])?,
    }
    Ok(converted)
}

fn run(operation: &str, files: &[&Path], arguments: &[&str]) -> Result<()> {
    let files: Vec<String> = files.iter().map(|file| text(file)).collect();
    let all = [operation].into_iter().chain(files.iter().map(String::as_str));
    vips(&all.chain(arguments.iter().copied()).collect::<Vec<_>>())?;
    Ok(())
}

/// `vips` with these arguments, or the program beside it that is named first.
fn vips(arguments: &[&str]) -> Result<String> {
    match arguments {
        ["vipsheader", rest @ ..] => output(Command::new("vipsheader").args(rest)),
        all => output(Command::new("vips").args(all)),
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}
