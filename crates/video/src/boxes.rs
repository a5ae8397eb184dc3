//! Boxes of MP4 and `QuickTime` (ISO/IEC 14496-12, 4.2): where they are and what they are called. What is in them is read by whoever wants it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// Bytes at the beginning of a box that tell its name and its length, however it writes them.
pub const LONGEST_HEAD: usize = 16;

/// The head of a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxHead {
    /// Four letters.
    pub name: [u8; 4],
    /// Bytes of the head itself.
    pub head: u64,
    /// Bytes of the box with its head; nothing where it goes to the end of what it is in.
    pub whole: Option<u64>,
}

impl BoxHead {
    /// Reads it; nothing where these bytes begin no box, or are too few.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let (&[a, b, c, d, ref name @ ..], rest) = bytes.split_first_chunk::<8>()?;
        let (head, whole) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, None),
            1 => (16, Some(u64::from_be_bytes(*rest.first_chunk()?))),
            length => (8, Some(u64::from(length))),
        };
        whole.is_none_or(|whole| whole >= head).then_some(Self {
            name: *name,
            head,
            whole,
        })
    }
}

/// The first of the boxes that these bytes are: its name, what is in it, and the bytes behind it. Nothing where no whole box begins here.
pub fn first_box(bytes: &[u8]) -> Option<([u8; 4], &[u8], &[u8])> {
    let head = BoxHead::of(bytes)?;
    let whole = match head.whole {
        Some(whole) => usize::try_from(whole).ok()?,
        None => bytes.len(),
    };
    let (this, rest) = bytes.split_at_checked(whole)?;
    Some((head.name, this.get(usize::try_from(head.head).ok()?..)?, rest))
}

/// A box in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BoxPlace {
    /// Four letters.
    pub name: [u8; 4],
    /// Where its head begins, in bytes from the beginning of the file, as all places here.
    pub start: u64,
    /// Where its content begins.
    pub content: u64,
    /// Where it ends.
    pub end: u64,
}

impl BoxPlace {
    /// A file of so many bytes as the box around all others.
    pub const fn file(length: u64) -> Self {
        Self {
            name: *b"file",
            start: 0,
            content: 0,
            end: length,
        }
    }
}

/// A walk through the boxes of a file that reads heads alone, and only so many of them: what goes on longer ends as if nothing followed.
#[derive(Debug)]
pub struct BoxWalk<'a> {
    file: &'a File,
    left: usize,
}

impl<'a> BoxWalk<'a> {
    /// A walk past this many boxes at most.
    pub const fn new(file: &'a File, most: usize) -> Self {
        Self { file, left: most }
    }

    /// The boxes directly in this one, as far as they are whole.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn boxes(&mut self, place: BoxPlace) -> io::Result<Vec<BoxPlace>> {
        let mut found = Vec::new();
        let mut at = place.content;
        while let Some(next) = self.one(at, place.end)? {
            at = next.end;
            found.push(next);
        }
        Ok(found)
    }

    /// Those of a name.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn inside(&mut self, place: BoxPlace, name: [u8; 4]) -> io::Result<Vec<BoxPlace>> {
        let mut found = self.boxes(place)?;
        found.retain(|found| found.name == name);
        Ok(found)
    }

    /// The boxes at the end of a path of names.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn below(&mut self, place: BoxPlace, path: &[[u8; 4]]) -> io::Result<Vec<BoxPlace>> {
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

    /// The box that begins here; none where nothing or no whole box does.
    fn one(&mut self, at: u64, end: u64) -> io::Result<Option<BoxPlace>> {
        let room = end.saturating_sub(at).min(16);
        if room < 8 || self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        let mut head = [0; LONGEST_HEAD];
        let bytes = head.get_mut(..usize::try_from(room).unwrap_or_default());
        let bytes = bytes.unwrap_or_default();
        self.file.read_exact_at(bytes, at)?;
        let Some(head) = BoxHead::of(bytes) else {
            return Ok(None);
        };
        let stop = head.whole.map_or(end, |whole| at.saturating_add(whole));
        Ok((stop <= end).then_some(BoxPlace {
            name: head.name,
            start: at,
            content: at + head.head,
            end: stop,
        }))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn plain(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes()[..], &name, content].concat()
    }

    fn large(name: [u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u64::try_from(content.len() + 16).unwrap();
        [&1_u32.to_be_bytes()[..], &name, &length.to_be_bytes(), content].concat()
    }

    #[test]
    fn lengths_are_told_in_three_ways() {
        assert_eq!(
            first_box(&plain(*b"free", b"abc")),
            Some((*b"free", &b"abc"[..], &b""[..]))
        );
        let two = [large(*b"mdat", b"ab"), plain(*b"moov", b"")].concat();
        let (name, content, rest) = first_box(&two).unwrap();
        assert_eq!((&name, content), (b"mdat", &b"ab"[..]));
        assert_eq!(first_box(rest), Some((*b"moov", &b""[..], &b""[..])));
        let open = [&[0; 4][..], b"mdatabc"].concat();
        assert_eq!(first_box(&open), Some((*b"mdat", &b"abc"[..], &b""[..])));
    }

    #[test]
    fn what_is_no_box_is_none() {
        for bytes in [
            &b""[..],
            b"\0\0\0\x08moo",
            b"\0\0\0\x07moov",
            b"\0\0\0\x09moov",
            b"\0\0\0\x01moov\0\0\0\0",
        ] {
            assert_eq!(first_box(bytes), None, "{bytes:?}");
        }
        assert_eq!(first_box(&large(*b"mdat", b"")[..15]), None);
    }

    #[test]
    fn a_walk_follows_a_path_and_ends_at_its_bound() {
        let inner = plain(*b"trak", &plain(*b"mdia", b"x"));
        let bytes = [
            large(*b"free", &[7; 9]),
            plain(*b"moov", &[inner.clone(), inner].concat()),
        ]
        .concat();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&bytes).unwrap();
        let whole = BoxPlace::file(u64::try_from(bytes.len()).unwrap());
        let path = [*b"moov", *b"trak", *b"mdia"];
        let found = BoxWalk::new(&file, 100).below(whole, &path).unwrap();
        let places: Vec<_> = found
            .iter()
            .map(|found| (found.start, found.content, found.end))
            .collect();
        assert_eq!(places, [(41, 49, 50), (58, 66, 67)]);
        assert_eq!(
            BoxWalk::new(&file, 4).below(whole, &path).unwrap(),
            [],
            "two at the top, two tracks"
        );
        let cut = BoxPlace { end: 60, ..whole };
        assert_eq!(BoxWalk::new(&file, 100).boxes(cut).unwrap().len(), 1, "only whole ones");
    }
}
