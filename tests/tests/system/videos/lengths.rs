//! How long large films are: by their last part, whatever their header claims.

use safelight_tests::client::NewUpload;
use safelight_tests::media::film;

use super::{asset, seen, system_with};

/// Seconds of a film.
const LONG: f64 = 30.0;

/// The share of a file that is there of one that was cut off, in tenths.
const KEPT: usize = 6;

/// A film, and how it is made; the rate of bits is even, so that the share of the file is that of the film.
const FILMS: [(&str, &str); 7] = [
    ("large.mkv", "-c:v mpeg4 -c:a aac"),
    (
        "large.webm",
        "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 1M -c:a libvorbis",
    ),
    ("large.flv", "-c:v flv1 -c:a libmp3lame -ar 44100"),
    ("large.wmv", "-c:v wmv2 -c:a wmav2"),
    ("large.avi", "-c:v mpeg4 -c:a libmp3lame"),
    ("large.ts", "-c:v mpeg2video -c:a mp2"),
    (
        "fragments.mp4",
        "-c:v mpeg4 -g 25 -c:a aac -movflags frag_keyframe+empty_moov",
    ),
];

fn made(name: &str, encoding: &str) -> Vec<u8> {
    let (picture, tone) = (
        format!("testsrc2=size=256x128:rate=25:duration={LONG}"),
        format!("sine=duration={LONG}"),
    );
    let mut arguments = vec!["-f", "lavfi", "-i", &picture, "-f", "lavfi", "-i", &tone];
    arguments.extend(encoding.split(' '));
    film(name, &arguments).unwrap()
}

#[tokio::test]
async fn large_films_that_were_cut_off_are_found_by_their_end() {
    // Larger than that are all of them.
    let (_system, admin, sql) = system_with(&[("SAFELIGHT_VIDEO_READ_THROUGH", "4KiB")]).await.unwrap();
    let mut uploaded = Vec::new();
    for (name, encoding) in FILMS {
        let whole = made(name, encoding);
        let cut = whole[..whole.len() / 10 * KEPT].to_vec();
        for (name, bytes) in [(name.to_owned(), whole), (format!("cut-{name}"), cut)] {
            let id = admin.upload(&NewUpload::new(&name, bytes)).await.unwrap().id;
            uploaded.push((name, id));
        }
    }
    seen(&sql).await.unwrap();
    let notes = admin.get_json("/api/notifications").await.unwrap();
    let is_told = |name: &str| {
        let mut notes = notes.as_array().unwrap().iter();
        notes.any(|note| {
            note["description"]
                .as_str()
                .unwrap()
                .starts_with(&format!("{name} ends before"))
        })
    };
    let mut faults = Vec::new();
    for (name, id) in uploaded {
        let told = asset(&admin, &id).await.unwrap()["duration"].as_f64().unwrap() / 1_000.0;
        let is_cut = name.starts_with("cut-");
        let wanted = if is_cut { LONG * 0.6 } else { LONG };
        // Of these libav itself believes no claim beyond the end of the file.
        let is_silent = [".ts", ".avi", ".wmv"].iter().any(|kind| name.ends_with(kind));
        let leeway = if is_cut { 2.0 } else { 0.2 };
        if (told - wanted).abs() > leeway || (!is_silent && is_told(&name) != is_cut) || (!is_cut && is_told(&name)) {
            faults.push(format!(
                "{name}: {told} s instead of {wanted} s, cut off is told: {}",
                is_told(&name)
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
