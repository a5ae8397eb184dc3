//! One door to each parser that reads the bytes of strangers, for tests that feed them nonsense (`tests/fuzz`, `fuzz`).
//!
//! A target returns whatever it is given, or panics where a promise is broken.

use crate::{decoder, pipeline};

/// A parser under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, which is also that of the folder of its corpus.
    pub name: &'static str,
    /// Extensions of the sample files that are good beginnings.
    pub extensions: &'static [&'static str],
    /// Reads the bytes.
    pub run: fn(&[u8]),
    /// The most that it may allocate besides copies of its input.
    pub memory: u64,
}

/// What a target may allocate: its limits, and what a decoder needs for itself.
const MEMORY: u64 = pipeline::fuzzing::LIMITS.memory + (24 << 20);

/// Where TIFF is read: no smaller bound than this one can be set before its first page is known.
const WITH_TIFF: u64 = MEMORY + (256 << 20);

/// All of them.
pub const TARGETS: [Target; 13] = [
    target("head", &["tif", "gif", "bmp", "psd", "avif"], pipeline::fuzzing::head),
    target("jpeg", &["jpg"], pipeline::fuzzing::jpeg),
    target("gain", &["jpg", "heic", "avif", "xmp"], pipeline::fuzzing::gain),
    target("riff", &["webp"], pipeline::fuzzing::riff),
    target(
        "traits",
        &["jpg", "webp", "png", "tif", "heic"],
        pipeline::fuzzing::metadata,
    ),
    target("profile", &["icc"], pipeline::fuzzing::profile),
    target("panorama", &["xmp"], pipeline::fuzzing::panorama),
    target("embedded", &["jpg", "dng"], pipeline::fuzzing::embedded),
    target("psd", &["psd", "psb"], pipeline::fuzzing::psd),
    target("tiff", &["tif"], pipeline::fuzzing::tiff),
    target(
        "picture",
        &["jpg", "png", "webp", "gif", "bmp"],
        pipeline::fuzzing::picture,
    ),
    target("answer", &[], decoder::fuzzing::answer),
    target("ask", &[], decoder::fuzzing::ask),
];

const fn target(name: &'static str, extensions: &'static [&'static str], run: fn(&[u8])) -> Target {
    let memory = match name.as_bytes() {
        b"head" | b"tiff" => WITH_TIFF,
        _ => MEMORY,
    };
    Target {
        name,
        extensions,
        run,
        memory,
    }
}
