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
    let length = length.min(whole.checked_add(offsets.map_or(0, latest))?.checked_sub(start)?);
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

/// The most by which a sample of a track is shown after it is decoded.
fn latest(offsets: &[u8]) -> i64 {
    let (entries, _) = offsets.get(8..).unwrap_or_default().as_chunks::<8>();
    let offsets = entries
        .iter()
        .filter_map(|entry| Some(i64::from(u32_at(entry, 4)?.cast_signed())));
    offsets.max().unwrap_or_default().max(0)
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

#[cfg(test)]
mod tests {
    use super::*;

    const MS: i64 = 1_000_000;

    fn header(scale: u32, duration: u32, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; 12];
        bytes.extend(scale.to_be_bytes());
        bytes.extend(duration.to_be_bytes());
        bytes.resize(length, 0);
        bytes
    }

    fn parent(name: [u8; 4], boxes: Vec<Tree>) -> Tree {
        Tree {
            name,
            content: Content::Boxes(boxes),
        }
    }

    /// A track of 10 s in milliseconds, whose first picture is shown `first` after it is decoded.
    fn track(first: u32) -> Tree {
        let offsets = [[0; 4], 1_u32.to_be_bytes(), 1_u32.to_be_bytes(), first.to_be_bytes()].concat();
        let table = parent(*b"stbl", vec![Tree::of_bytes(*b"ctts", offsets)]);
        let media = vec![
            Tree::of_bytes(*b"mdhd", header(1_000, 10_000, 24)),
            parent(*b"minf", vec![table]),
        ];
        parent(
            *b"trak",
            vec![Tree::of_bytes(*b"tkhd", vec![0; 84]), parent(*b"mdia", media)],
        )
    }

    fn film(tracks: Vec<Tree>) -> Tree {
        let mut boxes = vec![Tree::of_bytes(*b"mvhd", header(600, 0, 100))];
        boxes.extend(tracks);
        parent(*b"moov", boxes)
    }

    fn shown(first: i64, from: i64, until: i64, late: i64) -> Track {
        Track {
            first: first * MS,
            from: from * MS,
            until: until * MS,
            late: late * MS,
        }
    }

    /// The entries of the edit list of each track: how long, in units of the film, and from where, in units of the track.
    fn edits(film: &mut Tree) -> Vec<Vec<(u32, i32)>> {
        let tracks = film.all_mut(*b"trak");
        let lists = tracks.map(|track| {
            track
                .content(&[b"edts", b"elst"])
                .map(<[u8]>::to_vec)
                .unwrap_or_default()
        });
        lists
            .map(|list| {
                let (entries, _) = list.get(8..).unwrap_or_default().as_chunks::<12>();
                let entry = |entry: &[u8; 12]| (u32_at(entry, 0).unwrap(), u32_at(entry, 4).unwrap().cast_signed());
                entries.iter().map(entry).collect()
            })
            .collect()
    }

    #[test]
    fn what_is_not_shown_is_left_out_at_both_ends() {
        let mut film = film(vec![track(80), track(0)]);
        // Pictures from the key frame before the first one that is shown; sound with priming, to the end of the film.
        set(
            &mut film,
            &[
                Some(shown(3_500, 4_000, 9_000, 0)),
                Some(shown(4_000, 4_000, 9_000, 23)),
            ],
        );
        assert_eq!(edits(&mut film), [vec![(3_000, 580)], vec![(3_000, 23)]]);
        let header = film.content(&[b"mvhd"]).unwrap();
        assert_eq!(u32_at(header, 16), Some(3_000), "five seconds");
    }

    #[test]
    fn a_track_that_begins_later_waits() {
        let mut film = film(vec![track(0), track(0)]);
        set(
            &mut film,
            &[Some(shown(500, 500, 2_500, 0)), Some(shown(0, 0, 3_000, 0))],
        );
        assert_eq!(edits(&mut film), [vec![(300, -1), (1_200, 0)], vec![(1_800, 0)]]);
        let lengths: Vec<_> = film
            .all_mut(*b"trak")
            .map(|track| u32_at(track.content(&[b"tkhd"]).unwrap(), 20).unwrap())
            .collect();
        assert_eq!(lengths, [1_500, 1_800]);
    }

    #[test]
    fn no_edit_is_longer_than_its_track_and_none_is_written_for_nothing() {
        let mut film = film(vec![track(40), track(0)]);
        set(&mut film, &[Some(shown(0, 0, 60_000, 0)), None]);
        assert_eq!(edits(&mut film), [vec![(6_000, 40)], vec![]]);
        set(&mut film, &[Some(shown(0, 60_000, 70_000, 0)), None]);
        assert_eq!(edits(&mut film), [vec![(6_000, 40)], vec![]], "it is left as it was");
    }

    #[test]
    fn what_is_written_is_read_again_and_samples_can_move() {
        let offsets = [[0; 4], 1_u32.to_be_bytes(), 1_000_u32.to_be_bytes()].concat();
        let table = parent(*b"stbl", vec![Tree::of_bytes(*b"stco", offsets)]);
        let mut film = parent(
            *b"moov",
            vec![parent(
                *b"trak",
                vec![parent(*b"mdia", vec![parent(*b"minf", vec![table])])],
            )],
        );
        assert_eq!(Tree::parse(&film.bytes()), Some(film.clone()));
        film.move_samples(24).unwrap();
        let place: [&[u8; 4]; 4] = [b"mdia", b"minf", b"stbl", b"stco"];
        let moved = film
            .all_mut(*b"trak")
            .next()
            .and_then(|track| track.content(&place).map(<[u8]>::to_vec));
        assert_eq!(u32_at(&moved.unwrap(), 8), Some(1_024));
        assert!(film.move_samples(u64::from(u32::MAX)).is_none());
        assert_eq!(Tree::parse(&[0, 0, 0, 9, b'm', b'o', b'o', b'v']), None);
    }
}
