//! The boxes of an MP4 (ISO/IEC 14496-12).

use std::fs::File;
use std::io;

use safelight_video::{BoxPlace, BoxWalk, first_box};

/// The most an index may have, in bytes.
const LONGEST_INDEX: u64 = 1 << 30;

/// Boxes at the top of a result; a muxer writes a handful.
const MOST_BOXES: usize = 1_000;

/// Boxes of which only the boxes in them are of interest.
const PARENTS: [&[u8; 4]; 6] = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts"];

/// A box, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tree {
    pub(super) name: [u8; 4],
    pub(super) content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Boxes(Vec<Tree>),
    Bytes(Vec<u8>),
}

impl Tree {
    /// Reads one box that fills all of these bytes.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut found = parse(bytes)?;
        (found.len() == 1).then(|| found.remove(0))
    }

    pub(super) const fn of_bytes(name: [u8; 4], bytes: Vec<u8>) -> Self {
        Self {
            name,
            content: Content::Bytes(bytes),
        }
    }

    /// Writes it.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let content = match &self.content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Boxes(boxes) => boxes.iter().flat_map(Self::bytes).collect(),
        };
        let length = u32::try_from(content.len() + 8).unwrap_or(u32::MAX);
        let mut bytes = length.to_be_bytes().to_vec();
        bytes.extend(self.name);
        bytes.extend(content);
        bytes
    }

    /// The boxes of a name in it.
    pub(super) fn all_mut(&mut self, name: [u8; 4]) -> impl Iterator<Item = &mut Self> {
        let boxes = match &mut self.content {
            Content::Boxes(boxes) => boxes.as_mut_slice(),
            Content::Bytes(_) => &mut [],
        };
        boxes.iter_mut().filter(move |found| found.name == name)
    }

    /// What is in the box at the end of a path of names.
    pub(super) fn content(&self, path: &[&[u8; 4]]) -> Option<&[u8]> {
        match (&self.content, path) {
            (Content::Bytes(bytes), []) => Some(bytes),
            (Content::Boxes(boxes), [name, rest @ ..]) => {
                boxes.iter().find(|found| &found.name == *name)?.content(rest)
            }
            _ => None,
        }
    }

    /// The same to be changed.
    pub(super) fn content_mut(&mut self, path: &[&[u8; 4]]) -> Option<&mut Vec<u8>> {
        match (&mut self.content, path) {
            (Content::Bytes(bytes), []) => Some(bytes),
            (Content::Boxes(boxes), [name, rest @ ..]) => {
                boxes.iter_mut().find(|found| &found.name == *name)?.content_mut(rest)
            }
            _ => None,
        }
    }

    /// Notes that all samples are so many bytes further back; nothing where the numbers are too short for that.
    pub(super) fn move_samples(&mut self, by: u64) -> Option<()> {
        for track in self.all_mut(*b"trak") {
            if let Some(offsets) = track.content_mut(&[b"mdia", b"minf", b"stbl", b"stco"]) {
                let (entries, _) = offsets.get_mut(8..).unwrap_or_default().as_chunks_mut::<4>();
                for entry in entries {
                    let moved = u64::from(u32::from_be_bytes(*entry)) + by;
                    *entry = u32::try_from(moved).ok()?.to_be_bytes();
                }
            }
            if let Some(offsets) = track.content_mut(&[b"mdia", b"minf", b"stbl", b"co64"]) {
                let (entries, _) = offsets.get_mut(8..).unwrap_or_default().as_chunks_mut::<8>();
                for entry in entries {
                    *entry = u64::from_be_bytes(*entry).checked_add(by)?.to_be_bytes();
                }
            }
        }
        Some(())
    }
}

/// The boxes that these bytes are.
fn parse(mut bytes: &[u8]) -> Option<Vec<Tree>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (name, inner, rest) = first_box(bytes)?;
        let content = if PARENTS.contains(&&name) {
            Content::Boxes(parse(inner)?)
        } else {
            Content::Bytes(inner.to_vec())
        };
        found.push(Tree { name, content });
        bytes = rest;
    }
    Some(found)
}

/// Where the index of a file is.
pub(super) fn index_of(file: &File) -> io::Result<BoxPlace> {
    let whole = BoxPlace::file(file.metadata()?.len());
    let found = BoxWalk::new(file, MOST_BOXES).inside(whole, *b"moov")?;
    let index = found.into_iter().find(|index| index.end - index.start <= LONGEST_INDEX);
    index.ok_or_else(|| io::Error::other("the result has no index"))
}

/// A number of four bytes at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number of eight bytes at a place.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Writes bytes over others.
pub(super) fn overwrite<const N: usize>(bytes: &mut [u8], at: usize, with: [u8; N]) -> Option<()> {
    *bytes.get_mut(at..)?.first_chunk_mut()? = with;
    Some(())
}
