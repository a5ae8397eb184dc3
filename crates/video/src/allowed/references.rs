//! Whether a `QuickTime` or MP4 file says that its film is in another file.
//!
//! Two boxes can: `rmra`, a list of movies to play instead, and `dref`, which names for each track the files that hold its samples
//! (ISO/IEC 14496-12, 8.7.2; the `QuickTime` File Format, "Data reference atoms"). An entry of `dref` without its first flag is another
//! file. Nothing here follows either; a film whose pictures are elsewhere has none to show.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use crate::boxes::{BoxPlace, BoxWalk};

/// Boxes that are looked at before a file is left to the other walls.
const MOST_BOXES: usize = 100_000;
/// The flag of an entry whose samples are in the same file.
const SAME_FILE: u8 = 1;

/// Whether the pictures of this file are said to be in another one. A file that cannot be read to its end says nothing.
pub(super) fn leads_elsewhere(file: &File, length: u64) -> bool {
    let mut look = Look {
        file,
        walk: BoxWalk::new(file, MOST_BOXES),
    };
    look.movie_leads_elsewhere(BoxPlace::file(length)).unwrap_or(false)
}

struct Look<'a> {
    file: &'a File,
    walk: BoxWalk<'a>,
}

impl Look<'_> {
    fn movie_leads_elsewhere(&mut self, whole: BoxPlace) -> io::Result<bool> {
        for movie in self.walk.inside(whole, *b"moov")? {
            if !self.walk.inside(movie, *b"rmra")?.is_empty() {
                return Ok(true);
            }
            for track in self.walk.inside(movie, *b"trak")? {
                if self.shows_pictures(track)? && self.samples_are_elsewhere(track)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn shows_pictures(&mut self, track: BoxPlace) -> io::Result<bool> {
        for handler in self.walk.below(track, &[*b"mdia", *b"hdlr"])? {
            let mut kind = [0; 4];
            self.file.read_exact_at(&mut kind, handler.content + 8)?;
            if &kind == b"vide" {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Every file that the track names is another one. One of several may be a leftover that no sample uses.
    fn samples_are_elsewhere(&mut self, track: BoxPlace) -> io::Result<bool> {
        let mut others = 0;
        for list in self.walk.below(track, &[*b"mdia", *b"minf", *b"dinf", *b"dref"])? {
            // Version, flags and the number of entries.
            let entries = BoxPlace {
                content: list.content.saturating_add(8),
                ..list
            };
            for entry in self.walk.boxes(entries)? {
                let mut flags = [0; 4];
                self.file.read_exact_at(&mut flags, entry.content)?;
                if flags[3] & SAME_FILE != 0 {
                    return Ok(false);
                }
                others += 1;
            }
        }
        Ok(others > 0)
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
