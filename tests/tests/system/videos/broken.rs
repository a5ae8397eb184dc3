//! Videos that are damaged, or none at all.

use safelight_tests::client::NewUpload;
use safelight_tests::media::{self, bars, film};

use super::{asset, seen, system};

/// Where players want it; ffmpeg puts it at the end.
const INDEX_FIRST: &[&str] = &["-movflags", "+faststart"];

/// Ten seconds with a key frame each second.
fn long(name: &str, more: &[&str]) -> Vec<u8> {
    let mut arguments: Vec<String> = bars("320x240");
    let source = arguments.pop().unwrap().replace("duration=1", "duration=10");
    arguments.push(source);
    let encode = "-c:v libx264 -g 25 -pix_fmt yuv420p -qp 10";
    arguments.extend(encode.split(' ').chain(more.iter().copied()).map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    film(name, &arguments).unwrap()
}

fn half(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() / 2);
    bytes
}

#[tokio::test]
async fn what_can_be_had_is_had_and_the_rest_says_why() {
    let (_system, admin, sql) = system().await.unwrap();
    let sound = film("sound.mp4", &["-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac"]).unwrap();
    let files = [
        ("good.mp4", long("good.mp4", INDEX_FIRST), None),
        ("begun.mp4", half(long("begun.mp4", INDEX_FIRST)), None),
        ("cut.mp4", half(long("cut.mp4", &[])), Some("not a video")),
        ("sound.mp4", sound, Some("no video stream")),
        ("text.mp4", b"certainly not a video\n".to_vec(), Some("not a video")),
        ("photo.mp4", media::jpeg().to_vec(), Some("no video stream")),
        ("empty.mp4", Vec::new(), Some("empty")),
    ];
    let mut uploaded = Vec::new();
    for (name, bytes, reason) in files {
        let id = admin.upload(&NewUpload::new(name, bytes)).await.unwrap().id;
        uploaded.push((name, id, reason));
    }
    seen(&sql).await.unwrap();
    for (name, id, reason) in &uploaded {
        let told = asset(&admin, id).await.unwrap();
        assert_eq!(told["type"], "VIDEO", "{name}");
        let parked = "select history::text from job where state = 'parked' and dedup_key = $1";
        let parked = sql
            .query_opt(parked, &[id])
            .await
            .unwrap()
            .map(|row| row.get::<_, String>(0));
        let read = "select metadata_extracted_at is not null from asset_job_status where asset_id::text = $1";
        assert!(sql.query_one(read, &[id]).await.unwrap().get::<_, bool>(0), "{name}");
        match reason {
            None => assert!(parked.is_none() && told["thumbhash"].is_string(), "{name}: {parked:?}"),
            Some(reason) => {
                let parked = parked.unwrap_or_default();
                assert!(parked.contains(reason), "{name}: {parked}");
            }
        }
    }
    let buckets = admin.get_json("/api/timeline/buckets").await.unwrap();
    let shown: u64 = buckets
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|bucket| bucket["count"].as_u64())
        .sum();
    assert_eq!(shown, 7, "{buckets}");
}
