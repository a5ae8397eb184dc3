//! The recorded exchanges, replayed: every uploaded test file must yield exactly the `exifInfo` that was recorded.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::*;
use crate::exiftool::{ExifTool, Limits, Source};
use crate::sidecar;

/// The folder with `photos` and `contract`, where there is one.
fn shared() -> Option<PathBuf> {
    let media = std::env::var_os("SAFELIGHT_TEST_MEDIA").map(PathBuf::from);
    let photos = media.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/photos"));
    let shared = photos.canonicalize().ok()?.parent()?.to_owned();
    shared.join("contract/recorded").is_dir().then_some(shared)
}

fn records(shared: &Path, name: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(shared.join("contract/recorded").join(name)).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

struct Upload {
    id: String,
    media: Option<String>,
    sidecar: Option<String>,
    size: u64,
    created: String,
    modified: String,
}

/// The uploads that were answered by 201, in order.
fn uploads(records: &[Value]) -> Vec<Upload> {
    let upload = |record: &Value| {
        let parts = record["request"]["body"]["multipart"].as_array()?;
        let part = |name: &str| parts.iter().find(|part| part["name"] == name);
        let text = |name: &str| Some(part(name)?["value"].as_str()?.to_owned());
        let media = |name: &str| Some(part(name)?["media"].as_str()?.to_owned());
        (record["response"]["status"] == 201).then_some(())?;
        Some(Upload {
            id: record["response"]["body"]["id"].as_str()?.to_owned(),
            media: media("assetData").filter(|media| !media.starts_with('<')),
            sidecar: media("sidecarData"),
            size: part("assetData")?["size"].as_u64()?,
            created: text("fileCreatedAt")?,
            modified: text("fileModifiedAt")?,
        })
    };
    records.iter().filter_map(upload).collect()
}

/// The keys of `exifInfo` that a file tells; places by name come from elsewhere.
fn told(found: &Extracted) -> Value {
    let stored = found.picture.stored;
    let timestamp = |at: DateTime<Utc>| {
        let text = at.format("%FT%T%.3f").to_string();
        format!("{}+00:00", text.trim_end_matches('0').trim_end_matches('.'))
    };
    json!({
        "make": found.camera.make, "model": found.camera.model, "exifImageWidth": stored.map(|size| size.0),
        "exifImageHeight": stored.map(|size| size.1), "fileSizeInByte": found.file_size,
        "orientation": found.picture.orientation.map(|orientation| orientation.to_string()),
        "dateTimeOriginal": timestamp(found.taken.at), "modifyDate": timestamp(found.modify_date),
        "timeZone": found.taken.time_zone, "lensModel": found.camera.lens_model, "fNumber": found.camera.f_number,
        "focalLength": found.camera.focal_length, "iso": found.camera.iso, "exposureTime": found.camera.exposure_time,
        "latitude": found.position.map(|position| position.latitude),
        "longitude": found.position.map(|position| position.longitude), "description": found.description,
        "projectionType": found.projection_type, "rating": found.rating,
    })
}

/// Numbers as one kind, so that 11 equals 11.0.
fn plain(value: &Value) -> Value {
    value.as_f64().map_or_else(|| value.clone(), |number| json!(number))
}

fn medium(name: &str) -> Medium {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    Medium::of_name(name, matches!(extension, Some("mov" | "mp4")))
}

#[tokio::test]
async fn every_recorded_upload_is_read_as_recorded() {
    let Some(shared) = shared() else { return };
    let tool = ExifTool::new(Limits::default());
    let assets = records(&shared, "assets.jsonl");
    let mut compared = 0;
    for upload in uploads(&records(&shared, "upload.jsonl")) {
        // The first answers after the metadata was read and before anything was changed.
        let shown = |record: &&Value| {
            record["response"]["body"]["id"] == upload.id.as_str() && record["seq"].as_u64() > Some(300)
        };
        let Some(record) = assets.iter().find(shown) else {
            continue;
        };
        let photos = shared.join("photos");
        let media = match &upload.media {
            Some(media) if photos.join(media).exists() => Some(photos.join(media)),
            Some(media) if photos.join("videos").join(media).exists() => Some(photos.join("videos").join(media)),
            Some(_) => continue,
            None => None,
        };
        let tags = match &media {
            Some(media) => {
                let opened = std::fs::File::open(media).unwrap();
                tool.read(Source::new(&opened, media)).await.unwrap()
            }
            None => Tags::default(),
        };
        let sidecar = match &upload.sidecar {
            Some(name) => Some(
                sidecar::read(&tool, &sidecar::open(&photos.join(name)).await)
                    .await
                    .unwrap(),
            ),
            None => None,
        };
        let file = File {
            medium: medium(upload.media.as_deref().unwrap_or_default()),
            size: upload.size,
            created: upload.created.parse().unwrap(),
            modified: upload.modified.parse().unwrap(),
        };
        let found = extract(&file, &tags, sidecar.as_ref());
        let body = &record["response"]["body"];
        let name = &body["originalFileName"];
        for (key, value) in told(&found).as_object().unwrap() {
            assert_eq!(plain(value), plain(&body["exifInfo"][key]), "{key} of {name}");
        }
        let shown = found.picture.shown();
        let millis = |at: chrono::NaiveDateTime| at.format("%FT%T%.3fZ").to_string();
        assert_eq!(json!(shown.map(|size| size.0)), body["width"], "width of {name}");
        assert_eq!(json!(shown.map(|size| size.1)), body["height"], "height of {name}");
        assert_eq!(json!(found.picture.duration), body["duration"], "duration of {name}");
        assert_eq!(
            json!(millis(found.taken.at.naive_utc())),
            body["fileCreatedAt"],
            "fileCreatedAt of {name}"
        );
        assert_eq!(
            json!(millis(found.taken.local)),
            body["localDateTime"],
            "localDateTime of {name}"
        );
        compared += 1;
    }
    assert!(compared >= 20, "only {compared} recorded uploads were found");
}
