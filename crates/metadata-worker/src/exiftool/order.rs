//! What a fork is asked, and what it answers: words with their lengths before them, so that no word can be taken for another.

use std::path::Path;

use super::ExifToolError;
use super::text::decoded;
use crate::extract::{date, text, zone};
use crate::tags::Tags;

/// A tag to be set, and what to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// Group and name: `XMP-dc:Description`.
    pub(crate) tag: &'static str,
    /// Any text, of several lines too, also an empty one; nothing removes the tag.
    pub(crate) value: Option<String>,
}

/// The most bytes that are read of one value: no text that a person wrote is longer, and one that is must not cost the others.
pub(super) const LONGEST_VALUE: usize = 256 * 1024;

/// The tags that are asked for besides those of which `extract` has lists. `#` asks for numbers instead of words, `*` stands for
/// whatever ends a name. The few that are needed are found faster than all.
const OTHERS: &[&str] = &[
    zone::SUMMER_TAG,
    "GPSLatitude#",
    "GPSLongitude#",
    "Make",
    "Model",
    "LensID",
    "LensModel",
    "LensSpec",
    "LensType",
    "FNumber#",
    "FocalLength#",
    "ISO",
    "ExposureTime",
    "Description-*",
    "Rating#",
    "ProjectionType",
    "ImageWidth#",
    "ImageHeight#",
    "ImageSize#",
    "Orientation#",
    "Rotation#",
    "Duration#",
    "VideoFrameRate#",
    "ProfileDescription",
    "ColorSpace",
    "BitsPerSample#",
    "ContentIdentifier",
    "MediaGroupUUID",
    "BurstID",
    "BurstUUID",
    "CameraBurstID",
    "MediaUniqueID",
    "FileType",
];

fn wanted() -> impl Iterator<Item = &'static str> {
    let listed = date::DATE_TAGS.into_iter().chain(zone::OFFSET_TAGS);
    let written = text::DESCRIPTION_TAGS.into_iter().chain(text::PERCENT_TAGS);
    listed.chain(written).chain(OTHERS.iter().copied())
}

/// Asks for the tags of a file. Of its name only what stands behind the last dot is told, and only if it is a plain ending:
/// it decides between formats that begin alike.
pub(super) fn read(path: &Path) -> Vec<u8> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let name = match ending.filter(|ending| ending.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        Some(ending) => format!("file.{ending}"),
        None => "file".to_owned(),
    };
    let mut order = b"r".to_vec();
    put(&mut order, name.as_bytes());
    put(&mut order, LONGEST_VALUE.to_string().as_bytes());
    for tag in wanted() {
        put(&mut order, tag.as_bytes());
    }
    order
}

/// Asks for a copy of the file, or for a new one, with tags set.
pub(super) fn write(tags: &[Assignment]) -> Vec<u8> {
    let mut order = b"w".to_vec();
    for Assignment { tag, value } in tags {
        put(&mut order, tag.as_bytes());
        let word = match value {
            Some(value) => format!("={}", printable(value)),
            None => "-".to_owned(),
        };
        put(&mut order, word.as_bytes());
    }
    order
}

fn put(order: &mut Vec<u8>, word: &[u8]) {
    order.extend(u32::try_from(word.len()).unwrap_or(u32::MAX).to_be_bytes());
    order.extend(word);
}

/// XML, where the text ends up, has no control characters but breaks and tabs.
fn printable(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}

/// What a fork answered to the end.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Group, name and value of each tag.
    Tags(Vec<[String; 3]>),
    /// The content of the file that was written.
    Written(Vec<u8>),
    /// Why it was not.
    Refused(String),
}

impl Answer {
    /// Reads a whole answer; nothing where it breaks off, since the process ended before it was done.
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let (end, mut rest) = bytes.split_last()?;
        if *end != b'e' {
            return None;
        }
        let text = decoded;
        let mut tags = Vec::new();
        while let Some((kind, words)) = rest.split_first() {
            rest = words;
            match kind {
                b't' => tags.push([text(take(&mut rest)?), text(take(&mut rest)?), text(take(&mut rest)?)]),
                b'x' => return Some(Self::Written(take(&mut rest)?.to_vec())),
                b'r' => return Some(Self::Refused(text(take(&mut rest)?))),
                _ => return None,
            }
        }
        Some(Self::Tags(tags))
    }

    pub(super) fn tags(self) -> Result<Tags, ExifToolError> {
        match self {
            Self::Tags(tags) => Ok(Tags::found(tags)),
            Self::Refused(reason) => Err(ExifToolError::Refused(reason)),
            Self::Written(_) => Err(ExifToolError::Answer),
        }
    }

    pub(super) fn written(self) -> Result<Vec<u8>, ExifToolError> {
        match self {
            Self::Written(content) => Ok(content),
            Self::Refused(reason) => Err(ExifToolError::Refused(reason)),
            Self::Tags(_) => Err(ExifToolError::Answer),
        }
    }
}

/// Takes a word with its length off the front.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, words) = rest.split_first_chunk::<4>()?;
    let (word, after) = words.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    *rest = after;
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(path: &str) -> Vec<u8> {
        let order = read(Path::new(path));
        let mut rest = &order[1..];
        take(&mut rest).unwrap().to_vec()
    }

    #[test]
    fn of_a_name_only_a_plain_ending_is_told() {
        assert_eq!(told("/a/-config x.JPG"), b"file.JPG");
        assert_eq!(told("/a/b.jpg\n-execute"), b"file");
        assert_eq!(told("/a/gzip -dc|"), b"file");
        assert_eq!(told("/a/x.jpg |"), b"file");
        assert_eq!(told("/a/.gz"), b"file");
    }

    #[test]
    fn answers_are_whole_or_nothing() {
        let mut answer = Vec::new();
        for word in ["IFD0", "Make", "Canon"] {
            put(&mut answer, word.as_bytes());
        }
        answer.insert(0, b't');
        assert_eq!(Answer::parse(&answer), None, "it breaks off");
        answer.push(b'e');
        let tag = ["IFD0", "Make", "Canon"].map(str::to_owned);
        assert_eq!(Answer::parse(&answer), Some(Answer::Tags(vec![tag])));
        assert_eq!(Answer::parse(b"e"), Some(Answer::Tags(Vec::new())));
        assert_eq!(Answer::parse(b"Out of memory!\n"), None);
        assert_eq!(Answer::parse(b"t\xff\xff\xff\xffe"), None, "a length beyond the end");
        assert_eq!(Answer::parse(b""), None);
    }
}
