//! From where to where each track is shown: its edit list.
//!
//! The first samples of a track need not be shown: an encoder of sound begins with some that are none, and a film that was cut between key
//! frames has pictures that only others need. And tracks need not begin together.

use super::super::span::Track;
use super::boxes::{Content, Tree, overwrite, u32_at, u64_at};

const SECOND: i64 = 1_000_000_000;

/// The rate of an edit that is played as it is: 1, in the fixed point of the format.
const RATE: u32 = 1 << 16;

/// Writes the edits of all tracks, and how long they and the film are.
pub(super) fn set(index: &mut Tree, tracks: &[Option<Track>]) {
    let Some(scale) = index.content(&[b"mvhd"]).and_then(timescale) else {
        return;
    };
    let Some(beginning) = tracks.iter().flatten().map(|track| track.from).min() else {
        return;
    };
    let mut longest = 0;
    for (track, times) in index.all_mut(*b"trak").zip(tracks) {
        let length = times.and_then(|times| set_in(track, &times, beginning, scale));
        longest = longest.max(length.unwrap_or_default());
    }
    if let (Some(header), 1..) = (index.content_mut(&[b"mvhd"]), longest) {
        set_duration(header, [16, 24], longest);
    }
}

/// Writes those of one track; answers with its length in units of the film.
fn set_in(track: &mut Tree, times: &Track, beginning: i64, scale: u32) -> Option<u64> {
    let media = track.content(&[b"mdia", b"mdhd"])?;
    let unit = timescale(media)?;
    let whole = i64::try_from(duration(media)?).ok()?;
    // When the first sample is shown, in the time of the track.
    let offsets = track.content(&[b"mdia", b"minf", b"stbl", b"ctts"]);
    let first = offsets
        .and_then(|offsets| u32_at(offsets, 12))
        .map_or(0, |offset| i64::from(offset.cast_signed()));
    let skipped = times.from.checked_sub(times.first)?.checked_add(times.late)?;
    let start = first.checked_add(units(skipped, unit))?.max(0);
    let length = units(times.until.checked_sub(times.from)?, unit);
    let length = length.min(whole.checked_add(first.max(0))?.checked_sub(start)?);
    if length <= 0 {
        return None;
    }
    let of_film = |length: i64, unit: u32| -> Option<u64> {
        let scaled = (i128::from(length) * i128::from(scale) + i128::from(unit) / 2) / i128::from(unit.max(1));
        u64::try_from(scaled).ok()
    };
    let gap = u64::try_from(units(times.from.checked_sub(beginning)?, scale)).ok()?;
    let shown = of_film(length, unit)?.max(1);
    let mut edits = vec![0, 0, 0, 0];
    let mut entries: Vec<(u64, i64)> = vec![(shown, start)];
    if gap > 0 {
        entries.insert(0, (gap, -1));
    }
    edits.extend(u32::try_from(entries.len()).ok()?.to_be_bytes());
    let is_long = gap.max(shown) > u64::from(u32::MAX) || i32::try_from(start).is_err();
    if let (true, Some(version)) = (is_long, edits.first_mut()) {
        *version = 1;
    }
    for (length, media) in entries {
        if is_long {
            edits.extend(length.to_be_bytes());
            edits.extend(media.to_be_bytes());
        } else {
            edits.extend(u32::try_from(length).ok()?.to_be_bytes());
            edits.extend(i32::try_from(media).ok()?.to_be_bytes());
        }
        edits.extend(RATE.to_be_bytes());
    }
    let edits = Tree {
        name: *b"edts",
        content: Content::Boxes(vec![Tree::of_bytes(*b"elst", edits)]),
    };
    let Content::Boxes(boxes) = &mut track.content else {
        return None;
    };
    boxes.retain(|found| found.name != *b"edts");
    let behind = boxes
        .iter()
        .position(|found| found.name == *b"tkhd")
        .map_or(0, |at| at + 1);
    boxes.insert(behind, edits);
    let total = gap.checked_add(shown)?;
    set_duration(track.content_mut(&[b"tkhd"])?, [20, 28], total);
    Some(total)
}

/// Nanoseconds in units of which a second has so many, rounded.
fn units(nanoseconds: i64, unit: u32) -> i64 {
    let half = if nanoseconds < 0 { -SECOND / 2 } else { SECOND / 2 };
    let scaled = (i128::from(nanoseconds) * i128::from(unit) + i128::from(half)) / i128::from(SECOND);
    i64::try_from(scaled).unwrap_or(i64::MAX)
}

/// The units of a second in the header of a film or of a track's media.
fn timescale(header: &[u8]) -> Option<u32> {
    let at = if header.first()? == &1 { 20 } else { 12 };
    u32_at(header, at).filter(|scale| *scale > 0)
}

/// The duration in the header of a track's media.
fn duration(header: &[u8]) -> Option<u64> {
    if header.first()? == &1 {
        u64_at(header, 24)
    } else {
        u32_at(header, 16).map(u64::from)
    }
}

/// Sets the duration in a header that has it at one of two places, for version 0 and for version 1.
fn set_duration(header: &mut [u8], places: [usize; 2], duration: u64) -> Option<()> {
    let [short, long] = places;
    if header.first()? == &1 {
        overwrite(header, long, duration.to_be_bytes())
    } else {
        overwrite(header, short, u32::try_from(duration).ok()?.to_be_bytes())
    }
}
