//! Whether a `QuickTime` or MP4 file says that its film is in another file.
//!
//! Two boxes can: `rmra`, a list of movies to play instead, and `dref`, which names for each track the files that hold its samples
//! (ISO/IEC 14496-12, 8.7.2; the `QuickTime` File Format, "Data reference atoms"). An entry of `dref` without its first flag is another
//! file. Nothing here follows either; a film whose pictures are elsewhere has none to show.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Boxes that are looked at before a file is left to the other walls.
const MOST_BOXES: usize = 100_000;
/// The flag of an entry whose samples are in the same file.
const SAME_FILE: u8 = 1;

/// One box: its name, and where its content begins and ends.
#[derive(Debug, Clone, Copy)]
struct Place {
    name: [u8; 4],
    start: u64,
    end: u64,
}

/// Whether the pictures of this file are said to be in another one. A file that cannot be read to its end says nothing.
pub(super) fn leads_elsewhere(file: &File, length: u64) -> bool {
    let mut walk = Walk { file, left: MOST_BOXES };
    let whole = Place {
        name: *b"file",
        start: 0,
        end: length,
    };
    walk.movie_leads_elsewhere(whole).unwrap_or(false)
}

struct Walk<'a> {
    file: &'a File,
    left: usize,
}

impl Walk<'_> {
    fn movie_leads_elsewhere(&mut self, whole: Place) -> io::Result<bool> {
        for movie in self.inside(whole, *b"moov")? {
            if !self.inside(movie, *b"rmra")?.is_empty() {
                return Ok(true);
            }
            for track in self.inside(movie, *b"trak")? {
                if self.shows_pictures(track)? && self.samples_are_elsewhere(track)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn shows_pictures(&mut self, track: Place) -> io::Result<bool> {
        for handler in self.below(track, &[*b"mdia", *b"hdlr"])? {
            let mut kind = [0; 4];
            self.file.read_exact_at(&mut kind, handler.start + 8)?;
            if &kind == b"vide" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Every file that the track names is another one. One of several may be a leftover that no sample uses.
    fn samples_are_elsewhere(&mut self, track: Place) -> io::Result<bool> {
        let mut others = 0;
        for list in self.below(track, &[*b"mdia", *b"minf", *b"dinf", *b"dref"])? {
            // Version, flags and the number of entries.
            let entries = Place {
                start: list.start.saturating_add(8),
                ..list
            };
            for entry in self.boxes(entries)? {
                let mut flags = [0; 4];
                self.file.read_exact_at(&mut flags, entry.start)?;
                if flags[3] & SAME_FILE != 0 {
                    return Ok(false);
                }
                others += 1;
            }
        }
        Ok(others > 0)
    }

    /// The boxes at the end of a path of names.
    fn below(&mut self, place: Place, path: &[[u8; 4]]) -> io::Result<Vec<Place>> {
        let mut places = vec![place];
        for name in path {
            let mut next = Vec::new();
            for place in places {
                next.extend(self.inside(place, *name)?);
            }
            places = next;
        }
        Ok(places)
    }

    fn inside(&mut self, place: Place, name: [u8; 4]) -> io::Result<Vec<Place>> {
        let mut found = self.boxes(place)?;
        found.retain(|found| found.name == name);
        Ok(found)
    }

    /// The boxes directly in this one, as far as they are whole.
    fn boxes(&mut self, place: Place) -> io::Result<Vec<Place>> {
        let mut found = Vec::new();
        let mut at = place.start;
        while let Some(next) = self.one(at, place.end)? {
            at = next.end;
            found.push(next);
        }
        Ok(found)
    }

    /// The box that begins here; none where nothing or no whole box does.
    fn one(&mut self, at: u64, end: u64) -> io::Result<Option<Place>> {
        if at.saturating_add(8) > end || self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut head = [0; 8];
        self.file.read_exact_at(&mut head, at)?;
        let [a, b, c, d, name @ ..] = head;
        let (header, length) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, end - at),
            1 => {
                let mut large = [0; 8];
                self.file.read_exact_at(&mut large, at + 8)?;
                (16, u64::from_be_bytes(large))
            }
            length => (8, u64::from(length)),
        };
        let stop = at.saturating_add(length);
        Ok((length >= header && stop <= end).then_some(Place {
            name,
            start: at + header,
            end: stop,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::allowed::hostile::{atom, movie, track};

    fn leads(bytes: &[u8]) -> bool {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        leads_elsewhere(&file, u64::try_from(bytes.len()).unwrap())
    }

    fn entry(flags: u8) -> Vec<u8> {
        atom(*b"url ", &[vec![0, 0, 0, flags], b"file:///film.mov\0".to_vec()])
    }

    #[test]
    fn a_film_is_told_from_one_that_is_elsewhere() {
        for (kind, entries, elsewhere) in [
            (*b"vide", vec![entry(0)], true),
            (*b"vide", vec![entry(0), entry(0)], true),
            (*b"vide", vec![entry(1)], false),
            (*b"vide", vec![entry(0), entry(1)], false),
            (*b"vide", vec![], false),
            (*b"soun", vec![entry(0)], false),
        ] {
            let bytes = movie(&[track(kind, &entries)]);
            assert_eq!(leads(&bytes), elsewhere, "{kind:?} {entries:?}");
        }
        assert!(leads(&movie(&[atom(*b"rmra", &[])])));
    }

    #[test]
    fn a_movie_behind_gigabytes_is_found_and_nonsense_ends() {
        let film = movie(&[track(*b"vide", &[entry(0)])]);
        // A box with a large size, as cameras write them.
        let large = [&1_u32.to_be_bytes()[..], b"mdat", &24_u64.to_be_bytes(), &[0; 8]].concat();
        assert!(leads(&[large, film.clone()].concat()));
        for end in 0..film.len() {
            leads(&film[..end]);
        }
        let empty = atom(*b"free", &[]).repeat(MOST_BOXES + 10);
        assert!(!leads(&[empty, film].concat()), "somebody else's wall");
        assert!(!leads(&[0, 0, 0, 2, b'm', b'o', b'o', b'v'].repeat(9)));
    }
}
