//! Where every file of the store is, and what it is called (contract, section 4). A derived file carries the lease of
//! the job that made it in its name: two attempts never write the same file, and no name is used twice.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::ids::FileType;

/// The folders directly under the media location.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Folder {
    /// Originals as they were uploaded.
    Upload,
    /// Originals moved by the storage template.
    Library,
    /// Pictures made from originals.
    Thumbs,
    /// Playable videos, and the moving parts of photos.
    EncodedVideo,
    /// Pictures of people with an account.
    Profile,
    /// Database dumps.
    Backups,
}

impl Folder {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Upload,
        Self::Library,
        Self::Thumbs,
        Self::EncodedVideo,
        Self::Profile,
        Self::Backups,
    ];

    /// The name on disk.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Upload => "upload",
            Self::Library => "library",
            Self::Thumbs => "thumbs",
            Self::EncodedVideo => "encoded-video",
            Self::Profile => "profile",
            Self::Backups => "backups",
        }
    }
}

/// Builds absolute paths under one media location.
#[derive(Debug, Clone)]
pub struct Paths {
    root: PathBuf,
}

impl Paths {
    /// Paths under `root`, which is absolute.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The media location.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// One of the folders.
    pub fn folder(&self, folder: Folder) -> PathBuf {
        self.root.join(folder.name())
    }

    /// An uploaded original or sidecar: `file` is a fresh random id (not that of the asset), `extension` comes without
    /// its dot.
    pub fn upload(&self, owner: Uuid, file: Uuid, extension: &str) -> PathBuf {
        self.nested(Folder::Upload, owner, file, &dotted(&file.to_string(), extension))
    }

    /// A picture made from an original (preview, thumbnail, fullsize); `extension` is `jpeg` or `webp`.
    pub fn picture(
        &self,
        owner: Uuid,
        asset: Uuid,
        kind: FileType,
        is_edited: bool,
        lease: i64,
        extension: &str,
    ) -> PathBuf {
        let edited = if is_edited { "_edited" } else { "" };
        let stem = format!("{asset}_{kind}{edited}-{lease}");
        self.nested(Folder::Thumbs, owner, asset, &dotted(&stem, extension))
    }

    /// The picture of a person found in photos.
    pub fn person(&self, owner: Uuid, person: Uuid, lease: i64) -> PathBuf {
        self.nested(Folder::Thumbs, owner, person, &format!("{person}-{lease}.jpeg"))
    }

    /// The playable video of an asset.
    pub fn encoded_video(&self, owner: Uuid, asset: Uuid, lease: i64) -> PathBuf {
        self.nested(Folder::EncodedVideo, owner, asset, &format!("{asset}-{lease}.mp4"))
    }

    /// The moving part cut out of a photo: an original of its own.
    pub fn motion_part(&self, owner: Uuid, motion_asset: Uuid, lease: i64) -> PathBuf {
        let name = format!("{motion_asset}-MP-{lease}.mp4");
        self.nested(Folder::EncodedVideo, owner, motion_asset, &name)
    }

    /// A profile picture; `file` is a fresh random id.
    pub fn profile(&self, user: Uuid, file: Uuid, extension: &str) -> PathBuf {
        let name = dotted(&file.to_string(), extension);
        self.folder(Folder::Profile).join(user.to_string()).join(name)
    }

    /// A file directly in the folder of backups.
    pub fn backup(&self, name: &str) -> PathBuf {
        self.folder(Folder::Backups).join(name)
    }

    /// The folder of templated originals of a person: their storage label, or their id.
    pub fn library(&self, label: &str) -> PathBuf {
        self.folder(Folder::Library).join(label)
    }

    /// `<folder>/<owner>/<h0h1>/<h2h3>/<name>`, where the `h` are hexadecimal digits of `id`.
    fn nested(&self, folder: Folder, owner: Uuid, id: Uuid, name: &str) -> PathBuf {
        let [first, second, ..] = id.into_bytes();
        self.folder(folder)
            .join(owner.to_string())
            .join(format!("{first:02x}"))
            .join(format!("{second:02x}"))
            .join(name)
    }
}

/// The name under which the bytes of `path` are gathered until they are complete: `.<name>.part` in the same folder.
pub fn part_of(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

fn dotted(stem: &str, extension: &str) -> String {
    let extension = extension.trim_start_matches('.');
    if extension.is_empty() {
        stem.to_owned()
    } else {
        format!("{stem}.{extension}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWNER: Uuid = Uuid::from_u128(0x1111_1111_1111_4111_8111_1111_1111_1111);
    const ASSET: Uuid = Uuid::from_u128(0xab12_cd34_0000_4000_8000_0000_0000_0001);

    fn text(path: &Path) -> &str {
        path.to_str().unwrap()
    }

    #[test]
    fn every_kind_of_file() {
        let paths = Paths::new("/data");
        let (owner, asset) = (OWNER.to_string(), ASSET.to_string());
        let cases = [
            (
                paths.upload(OWNER, ASSET, "jpg"),
                format!("upload/{owner}/ab/12/{asset}.jpg"),
            ),
            (paths.upload(OWNER, ASSET, ""), format!("upload/{owner}/ab/12/{asset}")),
            (
                paths.picture(OWNER, ASSET, FileType::Preview, false, 42, "jpeg"),
                format!("thumbs/{owner}/ab/12/{asset}_preview-42.jpeg"),
            ),
            (
                paths.picture(OWNER, ASSET, FileType::Thumbnail, true, 7, "webp"),
                format!("thumbs/{owner}/ab/12/{asset}_thumbnail_edited-7.webp"),
            ),
            (
                paths.encoded_video(OWNER, ASSET, 9),
                format!("encoded-video/{owner}/ab/12/{asset}-9.mp4"),
            ),
            (
                paths.motion_part(OWNER, ASSET, 9),
                format!("encoded-video/{owner}/ab/12/{asset}-MP-9.mp4"),
            ),
            (
                paths.person(OWNER, ASSET, 3),
                format!("thumbs/{owner}/ab/12/{asset}-3.jpeg"),
            ),
            (
                paths.profile(OWNER, ASSET, "webp"),
                format!("profile/{owner}/{asset}.webp"),
            ),
        ];
        for (path, expected) in cases {
            assert_eq!(text(&path), format!("/data/{expected}"));
        }
    }

    #[test]
    fn parts_stand_beside_their_file() {
        assert_eq!(text(&part_of(Path::new("/data/a/b.jpg"))), "/data/a/.b.jpg.part");
    }
}
