//! How far a large film reaches, by its last part: a header can claim what it likes, and a file that was cut off still has it.
//!
//! Transport and program streams, Ogg and NUT are not here: their header claims nothing, and libav looks at their last part by itself.

use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::Film;
use crate::error::Refusal;
use crate::line::{SECOND, scale};

/// Bytes of the end of a file that are looked at: some seconds of the largest films.
pub(super) const TAIL: u64 = 32 << 20;

/// When the last packet that is whole begins, and the latest end that one tells, in nanoseconds of the file's own clock; nothing where this
/// cannot be seen at the end.
pub(super) fn last_times(film: &Film, path: &Path, bytes: u64) -> Result<Option<(i64, i64)>, Refusal> {
    let unopened = |error: std::io::Error| Refusal::Unopened(error.to_string());
    let start = bytes.saturating_sub(TAIL);
    let end = || {
        let mut end = vec![0; usize::try_from(bytes - start).unwrap_or_default()];
        File::open(path)?.read_exact_at(&mut end, start).map(|()| end)
    };
    match film.file.format.as_str() {
        "matroska,webm" => {
            // All of its streams have one unit.
            let (n, d) = film.video().map_or((1, 1_000), |stream| stream.time_base);
            let last = matroska(&end().map_err(unopened)?);
            let nanoseconds = |units: i64| scale(units, n.saturating_mul(SECOND), d);
            Ok(last.map(|last| (nanoseconds(last.begins), nanoseconds(last.ends))))
        }
        "flv" => {
            let last = flash(&end().map_err(unopened)?).map(|ms| i64::from(ms) * (SECOND / 1_000));
            Ok(last.map(|last| (last, last)))
        }
        "asf" | "rm" => packets(film, path, start),
        _ => Ok(None),
    }
}

/// That of containers that libav can enter anywhere.
fn packets(film: &Film, path: &Path, start: u64) -> Result<Option<(i64, i64)>, Refusal> {
    let mut again = Film::take_apart(path, film.container.clone())?;
    if again.reader.jump(start).is_err() {
        return Ok(None);
    }
    let mut last = None;
    while let Ok(Some(packet)) = again.reader.read() {
        let (stream, time) = (packet.stream, packet.pts.or(packet.dts));
        if stream == again.shown || Some(stream) == again.heard {
            last = last.max(time.and_then(|time| again.nanoseconds(stream, time)));
        }
    }
    match again.reader.failed() {
        Some(error) => Err(Refusal::Unopened(error.to_string())),
        None => Ok(last.map(|last| (last, last))),
    }
}

/// When the last block of Matroska begins, and the latest end of one, in units of the segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Last {
    begins: i64,
    ends: i64,
}

impl Last {
    fn or_later(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| Self {
            begins: self.begins.max(other.begins),
            ends: self.ends.max(other.ends),
        })
    }
}

/// Elements of Matroska (RFC 9559), by their identifiers with the marker of their length.
mod element {
    pub(super) const CLUSTER: [u8; 4] = [0x1f, 0x43, 0xb6, 0x75];
    pub(super) const TIMESTAMP: u32 = 0xe7;
    pub(super) const SIMPLE_BLOCK: u32 = 0xa3;
    pub(super) const BLOCK_GROUP: u32 = 0xa0;
    pub(super) const BLOCK: u32 = 0xa1;
    pub(super) const BLOCK_DURATION: u32 = 0x9b;
    /// What may stand before the time of a cluster: a checksum, nothing, its place, the size of the one before.
    pub(super) const BEFORE: [u32; 4] = [0xbf, 0xec, 0xa7, 0xab];
}

/// That of the last cluster that has a whole block.
fn matroska(bytes: &[u8]) -> Option<Last> {
    let candidates = bytes.windows(4).enumerate().rev();
    let clusters = candidates.filter(|(_, name)| *name == element::CLUSTER);
    clusters
        .map(|(at, _)| bytes.get(at..))
        .find_map(|cluster| latest(cluster?))
}

/// That of the cluster that begins here; nothing where none does, or none of its blocks is whole.
fn latest(cluster: &[u8]) -> Option<Last> {
    let (_, mut rest) = number(cluster.get(4..)?, true)?;
    let (mut time, mut last) = (None, None);
    while let Some((name, content, behind)) = child(rest) {
        rest = behind;
        let found = match (name, time) {
            (element::TIMESTAMP, None) => {
                time = Some(i64::try_from(whole(content)?).ok()?);
                continue;
            }
            (element::SIMPLE_BLOCK, Some(time)) => block(content, time, 0),
            (element::BLOCK_GROUP, Some(time)) => group(content, time),
            // Four bytes that look like the beginning of a cluster.
            (name, None) if !element::BEFORE.contains(&name) => return None,
            // What stands beside clusters begins.
            (name, _) if name > 0xff => break,
            _ => continue,
        };
        last = found.map(|found: Last| found.or_later(last)).or(last);
    }
    last
}

/// A block with what is told beside it.
fn group(mut content: &[u8], cluster: i64) -> Option<Last> {
    let (mut of_block, mut duration) = (None, 0);
    while let Some((name, content_of, behind)) = child(content) {
        content = behind;
        match name {
            element::BLOCK => of_block = Some(content_of),
            element::BLOCK_DURATION => duration = i64::try_from(whole(content_of)?).ok()?,
            _ => {}
        }
    }
    block(of_block?, cluster, duration)
}

/// The time of a block: the number of its track and then the distance to that of its cluster.
fn block(content: &[u8], cluster: i64, duration: i64) -> Option<Last> {
    let (_, rest) = number(content, true)?;
    let begins = cluster.checked_add(i16::from_be_bytes(*rest.first_chunk()?).into())?;
    Some(Last {
        begins,
        ends: begins.checked_add(duration)?,
    })
}

/// A whole number of as many bytes as there are.
fn whole(bytes: &[u8]) -> Option<u64> {
    let number = bytes.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    (bytes.len() <= 8).then_some(number)
}

/// A whole element: its identifier, what is in it, and what is behind it.
fn child(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let (name, rest) = number(bytes, false)?;
    let (length, rest) = number(rest, true)?;
    let (content, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((u32::try_from(name).ok()?, content, rest))
}

/// A number of variable length (RFC 8794, 4), without the marker of its length or with it.
fn number(bytes: &[u8], is_length: bool) -> Option<(u64, &[u8])> {
    let first = *bytes.first()?;
    let more = usize::try_from(first.leading_zeros()).ok().filter(|more| *more < 8)?;
    let (bytes, rest) = bytes.split_at_checked(more + 1)?;
    let number = whole(bytes)?;
    let marker = 1_u64 << (7 * (more + 1));
    Some((if is_length { number & (marker - 1) } else { number }, rest))
}

/// Tags of FLV after one another that make it certain that they are some.
const TAGS: usize = 3;

/// The time of the last tag of pictures or sound that is whole, in milliseconds.
fn flash(bytes: &[u8]) -> Option<u32> {
    let is_begun = |at: &usize| {
        let mut rest = bytes.get(*at..).unwrap_or_default();
        (0..TAGS).all(|_| tag(rest).map(|(.., behind)| rest = behind).is_some())
    };
    let begins = (0..bytes.len()).find(is_begun)?;
    let mut rest = bytes.get(begins..)?;
    let mut last = None;
    while let Some((kind, time, behind)) = tag(rest) {
        rest = behind;
        if kind != 18 {
            last = last.max(Some(time));
        }
    }
    last
}

/// A whole tag (Adobe Flash Video File Format 10.1, E.4.1): its kind, its time, and what is behind it.
fn tag(bytes: &[u8]) -> Option<(u8, u32, &[u8])> {
    let (&[kind, ref head @ .., 0, 0, 0], rest) = bytes.split_first_chunk::<11>()? else {
        return None;
    };
    let (length, time) = (head.get(..3)?, head.get(3..6)?);
    let (length, time) = (u32::try_from(whole(length)?).ok()?, u32::try_from(whole(time)?).ok()?);
    let rest = rest.get(usize::try_from(length).ok()?..)?;
    let (before, rest) = rest.split_first_chunk::<4>()?;
    let is_one = matches!(kind, 8 | 9 | 18) && u32::from_be_bytes(*before) == length + 11;
    // The highest byte of the time stands behind the others.
    is_one.then_some((kind, time | u32::from(head[6]) << 24, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An element with a length of four bytes.
    fn made(name: &[u8], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len()).unwrap() | 1 << 28;
        [name, &length.to_be_bytes(), content].concat()
    }

    fn cluster(time: u16, blocks: &[i16]) -> Vec<u8> {
        let mut content = made(&[0xe7], &time.to_be_bytes());
        for (index, distance) in blocks.iter().enumerate() {
            let block = [&[0x81][..], &distance.to_be_bytes(), &[0x80, 1, 2, 3]].concat();
            content.extend(if index % 2 == 0 {
                made(&[0xa3], &block)
            } else {
                made(&[0xa0], &[made(&[0xa1], &block), made(&[0x9b], &[1, 0])].concat())
            });
        }
        made(&element::CLUSTER, &content)
    }

    #[test]
    fn the_last_whole_block_of_matroska_tells_the_time() {
        let noise = [&[7; 9], &element::CLUSTER[..], &[0x84, 0x42, 0x42]].concat();
        let film = [
            noise.clone(),
            cluster(1_000, &[0, 40, -3]),
            cluster(5_000, &[0, 80, 40]),
        ]
        .concat();
        let cues = made(&[0x1c, 0x53, 0xbb, 0x6b], &[1; 20]);
        let told = |bytes: &[u8]| matroska(bytes).map(|last| (last.begins, last.ends));
        // The blocks of groups last 256.
        assert_eq!(told(&[&film[..], &cues].concat()), Some((5_080, 5_336)));
        // The last block is broken, then all but the first of the last cluster, then all of it.
        assert_eq!(told(&film[..film.len() - 1]), Some((5_080, 5_336)));
        assert_eq!(told(&film[..film.len() - 20]), Some((5_000, 5_000)));
        let first = [noise.clone(), cluster(1_000, &[0, 40, -3])].concat();
        assert_eq!(told(&film[..first.len() + 9]), Some((1_040, 1_296)));
        assert_eq!(matroska(&noise), None);
        for end in 0..film.len() {
            matroska(&film[..end]);
        }
    }

    #[test]
    fn the_last_whole_tag_of_flash_tells_the_time() {
        let tag = |kind: u8, time: u32, length: u8| {
            let [high, x, y, z] = time.to_be_bytes();
            let head = [kind, 0, 0, length, x, y, z, high, 0, 0, 0];
            let before = (u32::from(length) + 11).to_be_bytes();
            [&head[..], &vec![9; length.into()], &before].concat()
        };
        let tags: Vec<Vec<u8>> = (0..5_u8)
            .map(|index| tag(8 + index % 2, 0x0100_0000 + u32::from(index), 20))
            .collect();
        let film = [&[9, 0, 0, 3][..], &tags.concat(), &tag(18, 0x0200_0000, 4)].concat();
        assert_eq!(flash(&film), Some(0x0100_0004), "a note has no time");
        assert_eq!(flash(&film[..film.len() - 25]), Some(0x0100_0003));
        assert_eq!(flash(&film[..40]), None);
        for end in 0..film.len() {
            flash(&film[..end]);
        }
    }
}
