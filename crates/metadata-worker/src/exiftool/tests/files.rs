//! What is read and written, whatever files are called.

use std::fs::File;
use std::os::fd::AsFd as _;

use super::{folder, read, read_file, tool};
use crate::exiftool::{Assignment, Limits};

#[tokio::test]
async fn garbage_and_nothing_are_read_without_tags_whatever_they_are_called() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    for (name, bytes) in [
        ("garbage ä.jpg", &b"this is no picture"[..]),
        ("empty.jpg", b""),
        ("-ver", b"x"),
        ("#a.jpg", b"x"),
        ("-config x.jpg", b"x"),
        ("a\n-execute\n.jpg", b"x"),
        ("touch made.jpg|", b"x"),
        ("@args", b"-ver"),
        ("a.gz", b"x"),
    ] {
        let tags = read(&tool, &folder, name, bytes).await.unwrap();
        assert_eq!(tags.text("ImageWidth", &[]), None, "{name}");
    }
    assert!(!folder.path().join("made.jpg").exists());
}

#[tokio::test]
async fn any_text_goes_round_through_a_sidecar() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    let text = "two\nlines, \"quoted\" $HOME @x \\n back\\slash <&> &#10; ä 😀 #[CSTR] %d";
    let set = |tag, value: Option<&str>| Assignment {
        tag,
        value: value.map(str::to_owned),
    };
    let tags = [
        set("XMP-dc:Description", Some(text)),
        set("XMP-xmp:Rating", Some("4")),
        set("XMP-tiff:ImageDescription", Some("")),
    ];
    let first = tool.write(None, &tags).await.unwrap();
    let path = folder.path().join("a.xmp");
    std::fs::write(&path, first).unwrap();
    let tags = read_file(&tool, &path).await.unwrap();
    assert_eq!(tags.exact("XMP-dc", "Description"), Some(text));
    assert!(tags.has("ImageDescription") && tags.exact("XMP-tiff", "ImageDescription").is_none());
    let old = File::open(&path).unwrap();
    let removed = [set("XMP-xmp:Rating", None)];
    let second = tool.write(Some(old.as_fd()), &removed).await.unwrap();
    std::fs::write(&path, second).unwrap();
    let tags = read_file(&tool, &path).await.unwrap();
    assert_eq!(
        (tags.exact("XMP-dc", "Description"), tags.text("Rating", &[])),
        (Some(text), None)
    );
}

#[tokio::test]
async fn what_is_no_sidecar_is_not_written_over() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    let path = folder.path().join("a.xmp");
    std::fs::write(&path, "this is no XMP").unwrap();
    let old = File::open(&path).unwrap();
    let tags = [Assignment {
        tag: "XMP-xmp:Rating",
        value: Some("4".to_owned()),
    }];
    let error = tool.write(Some(old.as_fd()), &tags).await.unwrap_err();
    assert!(matches!(error, crate::exiftool::ExifToolError::Refused(_)), "{error}");
}

/// A comment of a megabyte costs nothing but its own end.
#[tokio::test]
async fn a_value_without_end_does_not_hide_the_others() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    let text = "x".repeat(1 << 20);
    let tags = [
        Assignment {
            tag: "XMP-dc:Description",
            value: Some(text),
        },
        Assignment {
            tag: "XMP-xmp:Rating",
            value: Some("4".to_owned()),
        },
    ];
    let written = tool.write(None, &tags).await.unwrap();
    let tags = read(&tool, &folder, "a.xmp", &written).await.unwrap();
    assert_eq!(tags.text("Rating", &[]), Some("4"));
    assert_eq!(tags.exact("XMP-dc", "Description").unwrap().len(), 256 * 1024);
}
