//! Films that are seen all around: what viewers need for that is told, and kept.

use std::path::{Path, PathBuf};
use std::process::Command;

use safelight_tests::media::{film, video};
use serde_json::Value;

use super::House;
use super::rows::{all_done, make, told};

/// Notes in a film, by Google's "Spherical Video" V1, that it is a whole sphere for each eye, one above the other.
fn note(path: &Path) {
    let tags = [
        "Spherical=true",
        "Stitched=true",
        "StitchingSoftware=a secret of the camera",
        "ProjectionType=equirectangular",
        "StereoMode=top-bottom",
    ];
    let noted = Command::new("exiftool")
        .args(["-q", "-overwrite_original"])
        .args(tags.map(|tag| format!("-XMP-GSpherical:{tag}")))
        .arg(path)
        .status()
        .unwrap();
    assert!(noted.success(), "exiftool");
}

/// What ffmpeg finds of the layout of the pictures: the projection and what each eye sees.
fn layout(path: &Path) -> (Value, Value) {
    let probed = video::ffprobe(path).unwrap();
    let streams = probed["streams"].as_array().unwrap();
    let pictures = streams.iter().find(|stream| stream["codec_type"] == "video").unwrap();
    let notes = pictures["side_data_list"].as_array().cloned().unwrap_or_default();
    let of = |kind: &str| notes.iter().find(|note| note["side_data_type"] == kind).cloned();
    (
        of("Spherical Mapping").map_or(Value::Null, |note| note["projection"].clone()),
        of("Stereo 3D").map_or(Value::Null, |note| note["type"].clone()),
    )
}

/// The projection by the first version alone, as `ExifTool` reads it.
fn first_version(path: &Path) -> String {
    let told = Command::new("exiftool")
        .args(["-s3", "-XMP-GSpherical:ProjectionType"])
        .arg(path)
        .output()
        .unwrap();
    String::from_utf8(told.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
async fn films_that_are_seen_all_around_stay_so() {
    let house = House::open(2, &[]).await.unwrap();
    let folder = house.system.folder().to_owned();
    let write = |name: &str, encoding: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, make(name, &[], encoding)).unwrap();
        path
    };
    // Its pictures are taken over.
    let first = write("v1.mov", "-c:v libx264 -pix_fmt yuv420p -c:a pcm_s16le");
    note(&first);
    let old = write("old.mp4", "-c:v mpeg4 -c:a aac");
    note(&old);
    let again = |name: &str| -> PathBuf {
        let path = folder.join(name);
        let copy = ["-i", old.to_str().unwrap(), "-c", "copy", "-strict", "unofficial"];
        std::fs::write(&path, film(name, &copy).unwrap()).unwrap();
        path
    };
    let (second, other) = (again("v2.mp4"), again("projection.mkv"));
    let flat = write("flat.mov", "-c:v mpeg4 -c:a aac");
    assert_eq!(
        first_version(&second),
        "",
        "it has the boxes of the second version alone"
    );
    let mut uploaded = Vec::new();
    for source in [&first, &second, &other, &flat] {
        uploaded.push((source, house.upload(source).await.unwrap()));
    }
    all_done(&house).await;
    for (source, asset) in uploaded {
        let name = source.display();
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let projection = told(&house, &asset).await["exifInfo"]["projectionType"].clone();
        if *source == flat {
            assert_eq!((projection, layout(&made)), (Value::Null, (Value::Null, Value::Null)));
            continue;
        }
        assert_eq!(projection, "EQUIRECTANGULAR", "{name}");
        assert_eq!(
            layout(&made),
            ("equirectangular".into(), "top and bottom".into()),
            "{name}"
        );
        assert_eq!(first_version(&made), "equirectangular", "{name}");
        let bytes = std::fs::read(&made).unwrap();
        let holds = |text: &[u8]| bytes.windows(text.len()).any(|piece| piece == text);
        assert!(holds(b"sv3d") && holds(b"st3d"), "{name}");
        assert!(!holds(b"a secret of the camera"), "{name}");
        video::decode_all(&made).unwrap();
    }
}
