//! Files with tags that exiftool writes, read as the worker reads them.

use std::path::Path;
use std::process::Command;

use super::*;
use crate::exiftool::{ExifTool, Limits, Source};

/// The least that exiftool takes for a JPEG.
const JPEG: &[u8] = b"\xFF\xD8\xFF\xDA\0\x02\xFF\xD9";

/// Reads a JPEG called `name` after exiftool has been run on it with these arguments.
async fn read(tool: &ExifTool, name: &str, arguments: &[&str]) -> Extracted {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("made.jpg");
    std::fs::write(&made, JPEG).unwrap();
    // Texts of arguments that are no UTF-8 come from a file.
    std::fs::write(folder.path().join("latin"), b"caf\xE9 \x96 5 \x80").unwrap();
    let mut command = Command::new("exiftool");
    command.current_dir(folder.path()).args(["-q", "-overwrite_original"]);
    let written = command.args(arguments).arg("made.jpg").status().unwrap();
    assert!(written.success(), "exiftool {arguments:?}");
    // It does not write into a file under the name of another kind.
    let path = folder.path().join(name);
    std::fs::rename(&made, &path).unwrap();
    extracted(tool, &path).await
}

async fn extracted(tool: &ExifTool, path: &Path) -> Extracted {
    let opened = std::fs::File::open(path).unwrap();
    let tags = tool.read(Source::new(&opened, path)).await.unwrap();
    let created = "2024-03-01T10:00:00Z".parse().unwrap();
    let file = File {
        medium: Medium::of_name(&path.to_string_lossy(), false),
        size: 1,
        created,
        modified: created,
    };
    extract(&file, &tags, None)
}

#[tokio::test]
async fn descriptions_in_every_place_and_encoding() {
    let tool = ExifTool::new(Limits::default());
    let greeting = "-IPTC:Caption-Abstract=Gr\u{fc}\u{df}e";
    let german = "-XMP-dc:Description-de=Gr\u{fc}\u{df}e";
    let marked = "-IFD0:ImageDescription=\u{feff}Gr\u{fc}\u{df}e";
    let hello = "Gr\u{fc}\u{df}e";
    for (arguments, expected) in [
        (vec!["-IFD0:ImageDescription=null"], ""),
        (vec!["-IFD0:ImageDescription=(null)", "-XMP-dc:Description=a"], "a"),
        (vec!["-IFD0:ImageDescription<=latin"], "caf\u{e9} \u{2013} 5 \u{20ac}"),
        (vec![marked], hello),
        // UTF-8 without a word about it, the same with one, and Latin-1.
        (vec!["-charset", "iptc=utf8", greeting], hello),
        (vec!["-IPTC:CodedCharacterSet=UTF8", greeting], hello),
        (vec![greeting], hello),
        (vec![german], hello),
        (vec![german, "-XMP-dc:Description=first"], "first"),
    ] {
        assert_eq!(
            read(&tool, "a.jpg", &arguments).await.description,
            expected,
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn ratings_of_every_program() {
    let tool = ExifTool::new(Limits::default());
    for (argument, expected) in [
        ("-XMP-xmp:Rating=4.5", Some(5)),
        ("-XMP-xmp:Rating=3", Some(3)),
        ("-XMP-xmp:Rating=-1", None),
        ("-XMP-microsoft:RatingPercent=75", Some(4)),
        ("-IFD0:RatingPercent=1", Some(1)),
    ] {
        assert_eq!(
            read(&tool, "a.jpg", &["-n", argument]).await.rating,
            expected,
            "{argument}"
        );
    }
}

#[tokio::test]
async fn dates_that_give_way() {
    let tool = ExifTool::new(Limits::default());
    let day = "-XMP-photoshop:DateCreated=2006:10:29";
    for (arguments, at) in [
        (vec![day], "2006-10-29T00:00:00+00:00"),
        (
            vec![day, "-IPTC:DateCreated=2006:10:29", "-IPTC:TimeCreated=06:27:51-05:00"],
            "2006-10-29T11:27:51+00:00",
        ),
        (
            vec![day, "-ExifIFD:CreateDate=2006:10:29 07:08:09"],
            "2006-10-29T07:08:09+00:00",
        ),
        (
            vec![
                "-ExifIFD:DateTimeOriginal=0001:01:01 00:00:00",
                "-ExifIFD:CreateDate=2009:03:04 05:06:09",
            ],
            "2009-03-04T05:06:09+00:00",
        ),
        (
            vec!["-ExifIFD:DateTimeOriginal#=Tue Jul 13 12:33:21 2004"],
            "2004-07-13T12:33:21+00:00",
        ),
        (
            vec!["-ExifIFD:DateTimeOriginal#=0000:00:00 00:00:00"],
            "2024-03-01T10:00:00+00:00",
        ),
    ] {
        assert_eq!(
            read(&tool, "a.jpg", &arguments).await.taken.at.to_rfc3339(),
            at,
            "{arguments:?}"
        );
    }
}

#[tokio::test]
async fn only_the_orientation_of_the_picture_itself_turns_it() {
    let tool = ExifTool::new(Limits::default());
    for (name, argument, expected) in [
        ("a.jpg", "-IFD0:Orientation=6", Some(6)),
        // Its content tells what it is.
        ("a.heic", "-IFD0:Orientation=6", Some(6)),
        ("a.jpg", "-XMP-tiff:Orientation=6", Some(1)),
        ("a.jpg", "-XMP-xmp:Rating=1", None),
    ] {
        let found = read(&tool, name, &["-n", argument]).await.picture.orientation;
        assert_eq!(found, expected, "{name} {argument}");
    }
}
