//! Files that are made to cost much more than their bytes.

use std::io::Write as _;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{folder, read, tool};
use crate::exiftool::{ExifToolError, Limits};

/// Zeros, compressed a thousandfold.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let mebibyte = vec![b'0'; 1 << 20];
    for _ in 0..mebibytes {
        encoder.write_all(&mebibyte).unwrap();
    }
    encoder.finish().unwrap()
}

/// A picture of 8 by 8 with such a chunk before its pixels.
fn png(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let pixels = {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&[0; 72]).unwrap();
        encoder.finish().unwrap()
    };
    for (kind, content) in [
        (b"IHDR", &b"\0\0\0\x08\0\0\0\x08\x08\0\0\0\0"[..]),
        (&kind, content),
        (b"IDAT", &pixels),
        (b"IEND", b""),
    ] {
        file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        file.extend(kind);
        file.extend(content);
        let mut sum = flate2::Crc::new();
        sum.update(&[&kind[..], content].concat());
        file.extend(sum.sum().to_be_bytes());
    }
    file
}

/// XMP in which an element stands in an element, so many times.
fn nested(levels: usize) -> Vec<u8> {
    let (open, close) = ("<a:b rdf:parseType=\"Resource\">", "</a:b>");
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:a=\"http://a/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><xmp:Rating>4</xmp:Rating>{}{}\
         </rdf:Description></rdf:RDF></x:xmpmeta>",
        open.repeat(levels),
        close.repeat(levels)
    )
    .into_bytes()
}

#[tokio::test]
async fn what_unpacks_to_gigabytes_is_refused_at_its_limit_and_its_neighbour_is_read() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    let zeros = zeros(400);
    for (name, kind, head) in [
        ("text.png", b"zTXt", &b"Comment\0\0"[..]),
        ("international.png", b"iTXt", b"Description\0\x01\0\0\0"),
        ("xmp.png", b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0"),
        ("profile.png", b"iCCP", b"x\0\0"),
    ] {
        let bomb = png(*kind, &[head, &zeros].concat());
        assert!(bomb.len() < 1 << 20, "{name} is small");
        let honest = png(*b"tEXt", b"Description\0a");
        let neighbour = format!("honest-{name}");
        let (bomb, honest) = tokio::join!(
            read(&tool, &folder, name, &bomb),
            read(&tool, &folder, &neighbour, &honest)
        );
        let error = bomb.unwrap_err();
        assert!(
            matches!(error, ExifToolError::Memory(_)) && error.is_excess(),
            "{name}: {error}"
        );
        let honest = honest.unwrap();
        assert_eq!(
            (honest.text("Description", &[]), honest.text("ImageWidth", &[])),
            (Some("a"), Some("8"))
        );
    }
}

#[tokio::test]
async fn xmp_in_xmp_in_xmp_is_read_as_far_as_anybody_nests_it() {
    let (folder, tool) = (folder(), tool(Limits::default()));
    read(&tool, &folder, "a.xmp", &nested(1)).await.unwrap();
    let began = Instant::now();
    let tags = read(&tool, &folder, "a.xmp", &nested(3_000)).await.unwrap();
    assert_eq!(tags.text("Rating", &[]), Some("4"));
    assert!(began.elapsed() < Duration::from_secs(10), "{:?}", began.elapsed());
}

#[tokio::test]
async fn what_takes_too_much_processor_time_is_ended_and_says_so() {
    let folder = folder();
    let tool = tool(Limits {
        cpu: Duration::from_secs(1),
        ..Limits::default()
    });
    let error = read(&tool, &folder, "a.xmp", &nested(200_000)).await.unwrap_err();
    assert!(matches!(error, ExifToolError::Cpu(1)) && error.is_excess(), "{error}");
}
