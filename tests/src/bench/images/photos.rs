//! The photos that are measured.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::encode::{self, Jpeg};
use super::scene::Scene;
use crate::media::{files_in, test_media};

/// Megapixels, and pixels.
const SIZES: [(u32, (u32, u32)); 3] = [(12, (4000, 3000)), (24, (6000, 4000)), (48, (8000, 6000))];
/// Files of cameras.
const RAW: &[&str] = &["dng", "cr2", "cr3", "nef", "arw", "orf", "raf", "rw2", "pef", "srw"];

/// What a photo stands for in the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A JPEG in sRGB of so many megapixels.
    Srgb(u32),
    /// The same tagged Display P3.
    Wide,
    /// Another file that everybody can read.
    Other,
    /// A file that perhaps not everybody can read.
    Rare,
}

/// One file.
#[derive(Debug, Clone)]
pub(super) struct Photo {
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) kind: Kind,
}

impl Photo {
    fn new(name: impl Into<String>, path: PathBuf, kind: Kind) -> Self {
        Self {
            name: name.into(),
            path,
            kind,
        }
    }
}

/// JPEGs of each size, in sRGB and in Display P3.
///
/// # Errors
/// When one cannot be written into `folder`.
pub(super) fn jpegs(scene: &Scene, folder: &Path) -> Result<Vec<Photo>> {
    let (mut plain, mut wide) = (Vec::new(), Vec::new());
    for (megapixels, size) in SIZES {
        let picture = scene.at(size);
        let write = |kind: Jpeg, label: &str, file: &str| {
            let path = folder.join(format!("{megapixels}{file}.jpg"));
            encode::jpeg(&picture, &path, kind)?;
            anyhow::Ok(Photo::new(format!("{megapixels} MP JPEG{label}"), path, Kind::Wide))
        };
        wide.push(write(
            Jpeg {
                wide: true,
                ..Jpeg::default()
            },
            ", Display P3",
            "-p3",
        )?);
        plain.push(Photo {
            kind: Kind::Srgb(megapixels),
            ..write(Jpeg::default(), "", "")?
        });
    }
    Ok([plain, wide].concat())
}

/// Other formats, made of the scene or found: the real HEIC and raw files of the test media, and what
/// `SAFELIGHT_BENCH_PHOTOS` names.
///
/// # Errors
/// When one cannot be written into `folder`.
pub(super) fn others(scene: &Scene, folder: &Path) -> Result<Vec<Photo>> {
    let picture = scene.at((6000, 4000));
    let progressive = folder.join("24-progressive.jpg");
    let kind = Jpeg {
        progressive: true,
        ..Jpeg::default()
    };
    encode::jpeg(&picture, &progressive, kind)?;
    let png = folder.join("24.png");
    picture.save(&png).with_context(|| png.display().to_string())?;
    let mut photos = vec![
        Photo::new("24 MP JPEG, progressive", progressive, Kind::Other),
        Photo::new("24 MP PNG", png, Kind::Other),
    ];
    if let Some(media) = test_media() {
        for extensions in [&["heic"], RAW] {
            photos.extend(files_in(&media, extensions).into_iter().next().map(rare));
        }
    }
    let named = std::env::var("SAFELIGHT_BENCH_PHOTOS").unwrap_or_default();
    photos.extend(
        named
            .split(':')
            .filter(|name| !name.is_empty())
            .map(|name| rare(name.into())),
    );
    Ok(photos)
}

/// Whether a file of a camera is among them.
pub(super) fn has_raw(photos: &[Photo]) -> bool {
    let extension = |photo: &Photo| Some(photo.path.extension()?.to_str()?.to_lowercase());
    photos
        .iter()
        .filter_map(extension)
        .any(|extension| RAW.contains(&extension.as_str()))
}

fn rare(path: PathBuf) -> Photo {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Photo::new(name, path, Kind::Rare)
}
