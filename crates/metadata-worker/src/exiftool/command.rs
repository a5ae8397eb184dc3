//! What exiftool is asked: lines of arguments.

use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use super::ExifToolError;

/// One `-execute`: its argument lines, each ended by a line break.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    lines: Vec<u8>,
}

/// A tag to be set, and what to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Assignment {
    /// Group and name: `XMP-dc:Description`.
    pub(crate) tag: &'static str,
    /// Any text, of several lines too, also an empty one; nothing removes the tag.
    pub(crate) value: Option<String>,
}

/// The tags that are asked for. `#` asks for numbers instead of words. The few that are needed are found faster than all.
const WANTED: &[&str] = &[
    "SubSecDateTimeOriginal",
    "SubSecCreateDate",
    "DateTimeOriginal",
    "CreationDate",
    "CreateDate",
    "MediaCreateDate",
    "DateTimeCreated",
    "GPSDateTime",
    "DateTimeUTC",
    "SonyDateTime2",
    "SourceImageCreateTime",
    "TimeZone",
    "OffsetTimeOriginal",
    "OffsetTimeDigitized",
    "TimeZoneOffset",
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
    "ISO#",
    "ExposureTime",
    "Description",
    "ImageDescription",
    "Caption-Abstract",
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
];

impl Command {
    fn new() -> Self {
        let mut command = Self {
            lines: Vec::with_capacity(2048),
        };
        for line in ["-charset", "filename=utf8", "-api", "largefilesupport=1"] {
            command.line(line.as_bytes());
        }
        command
    }

    /// Asks for nothing but a sign of life.
    pub(super) fn version() -> Self {
        let mut command = Self { lines: Vec::new() };
        command.line(b"-ver");
        command
    }

    /// Reads the tags of a file, each with its group; `MWG` adds the readings of the Metadata Working Group, which say
    /// which of EXIF, IPTC and XMP to believe.
    pub(crate) fn read(path: &Path) -> Result<Self, ExifToolError> {
        let mut command = Self::new();
        for line in ["-use", "MWG", "-json", "-G1"] {
            command.line(line.as_bytes());
        }
        for tag in WANTED {
            command.line(format!("-{tag}").as_bytes());
        }
        command.path(path)?;
        Ok(command)
    }

    /// Writes tags into a copy of `from`, or into a new file, at `to`, which must not exist.
    pub(crate) fn write(from: Option<&Path>, to: &Path, tags: &[Assignment]) -> Result<Self, ExifToolError> {
        let mut command = Self::new();
        // Values come with XML's references, which is how a line break fits on a line.
        command.line(b"-ex");
        for Assignment { tag, value } in tags {
            let (sign, value) = match value.as_deref() {
                Some("") => ("^=", String::new()),
                Some(value) => ("=", escaped(value)),
                None => ("=", String::new()),
            };
            command.line(format!("-{tag}{sign}{value}").as_bytes());
        }
        if let Some(from) = from {
            command.line(b"-o");
            command.path(to)?;
            command.path(from)?;
        } else {
            command.path(to)?;
        }
        Ok(command)
    }

    /// The bytes to send for this command as number `serial`: both streams get a line with the number at its end.
    pub(super) fn numbered(mut self, serial: u64) -> Vec<u8> {
        self.line(b"-echo4");
        self.line(ready(serial).as_bytes());
        self.line(format!("-execute{serial}").as_bytes());
        self.lines
    }

    fn path(&mut self, path: &Path) -> Result<(), ExifToolError> {
        if !path.is_absolute() {
            return Err(ExifToolError::RelativePath);
        }
        let bytes = path.as_os_str().as_bytes();
        if bytes.contains(&b'\n') || bytes.contains(&b'\r') {
            return Err(ExifToolError::LineBreak);
        }
        self.line(bytes);
        Ok(())
    }

    fn line(&mut self, line: &[u8]) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
    }
}

/// The line that ends the answer to command `serial`.
pub(super) fn ready(serial: u64) -> String {
    format!("{{ready{serial}}}")
}

/// The text on one line: line breaks and all that exiftool reads as the start of a reference become references.
fn escaped(text: &str) -> String {
    let mut line = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' | '\t' | '&' | '<' | '>' | '"' => line.extend(["&#", &u32::from(c).to_string(), ";"]),
            // XML, where the text ends up, has no other control characters.
            c if c.is_control() => {}
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_more_than_names_are_refused() {
        assert!(matches!(
            Command::read(Path::new("a.jpg")),
            Err(ExifToolError::RelativePath)
        ));
        assert!(matches!(
            Command::read(Path::new("/a\n-execute\n.jpg")),
            Err(ExifToolError::LineBreak)
        ));
        assert!(matches!(
            Command::read(Path::new("/a\r.jpg")),
            Err(ExifToolError::LineBreak)
        ));
    }

    #[test]
    fn values_keep_to_their_line() {
        let tags = [Assignment {
            tag: "XMP-dc:Description",
            value: Some("a\n-execute\\\"$x@y".to_owned()),
        }];
        let lines = Command::write(None, Path::new("/t/a.xmp"), &tags).unwrap().numbered(7);
        let text = String::from_utf8(lines).unwrap();
        assert!(
            text.contains("-XMP-dc:Description=a&#10;-execute\\&#34;$x@y\n/t/a.xmp\n"),
            "{text}"
        );
        assert!(text.ends_with("-echo4\n{ready7}\n-execute7\n"));
    }
}
