//! What the muxer of this `GStreamer` leaves out of the index of a finished MP4: from where to where each track is shown, the turn that
//! viewers make, and how the pictures lie around them.

mod boxes;
mod edits;
mod matrix;
mod spherical;

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use safelight_video::View;

use self::boxes::{Tree, index_of};
use super::span::Track;
use crate::recipe::Turn;

/// Bytes that are moved at once.
const BLOCK: usize = 1 << 20;

/// Writes into the index when the tracks are shown (`tracks` in the order of the file), how the picture is turned and how it lies around
/// the viewer.
pub(super) fn write(file: &File, tracks: &[Option<Track>], turn: Turn, view: &View) -> io::Result<()> {
    let place = index_of(file)?;
    let mut bytes = vec![0; usize::try_from(place.end - place.start).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, place.start)?;
    let mut tree = Tree::parse(&bytes).ok_or_else(|| io::Error::other("the index of the result cannot be read"))?;
    if !turn.is_none() && !matrix::set(&mut tree, turn) {
        return Err(io::Error::other("the index of the result has no video track"));
    }
    if *view != View::default() && !spherical::set(&mut tree, view) {
        return Err(io::Error::other(
            "the index of the result has no video track for what is seen all around",
        ));
    }
    edits::set(&mut tree, tracks);
    let mut written = tree.bytes();
    let (before, after) = (bytes.len(), written.len());
    if after < before {
        // The samples stay where they are.
        match free(before - after) {
            Some(filling) => written.extend(filling),
            None => return Err(io::Error::other("the index of the result cannot be filled up")),
        }
    } else if after > before {
        let more = u64::try_from(after - before).map_err(io::Error::other)?;
        tree.move_samples(more)
            .ok_or_else(|| io::Error::other("the result is too long for its index"))?;
        move_back(file, place.end, more)?;
        written = tree.bytes();
    }
    file.write_all_at(&written, place.start)
}

/// A box of so many bytes that says nothing.
fn free(length: usize) -> Option<Vec<u8>> {
    let mut filling = u32::try_from(length)
        .ok()
        .filter(|length| *length >= 8)?
        .to_be_bytes()
        .to_vec();
    filling.extend(b"free");
    filling.resize(length, 0);
    Some(filling)
}

/// Makes room for so many bytes at a place of a file.
fn move_back(file: &File, from: u64, by: u64) -> io::Result<()> {
    let mut end = file.metadata()?.len();
    let mut block = vec![0; BLOCK];
    while end > from {
        let start = end
            .saturating_sub(u64::try_from(BLOCK).map_err(io::Error::other)?)
            .max(from);
        let length = usize::try_from(end - start).map_err(io::Error::other)?;
        let piece = block
            .get_mut(..length)
            .ok_or_else(|| io::Error::other("a block is too long"))?;
        file.read_exact_at(piece, start)?;
        file.write_all_at(piece, start + by)?;
        end = start;
    }
    Ok(())
}
