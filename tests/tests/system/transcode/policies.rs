//! The policy, changed while everything runs.

use safelight_tests::media::video;
use serde_json::json;

use super::House;

/// Changes settings of videos, and has every video looked at again.
async fn again(house: &House, settings: serde_json::Value) {
    let mut config = house.admin.get("/api/system-config").await.unwrap().json().unwrap();
    for (name, value) in settings.as_object().unwrap() {
        config["ffmpeg"][name] = value.clone();
    }
    house
        .admin
        .put("/api/system-config", &config)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let run = json!({ "command": "start", "force": true });
    house
        .admin
        .put("/api/jobs/videoConversion", &run)
        .await
        .unwrap()
        .ok()
        .unwrap();
    house.idle().await.unwrap();
}

/// A grey of a thousand candelas per square metre: as bright as an ordinary screen gets.
fn hdr(house: &House) -> std::path::PathBuf {
    let path = house.system.folder().join("hdr.mp4");
    let parameters = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc";
    let grey = ["-f", "lavfi", "-i", "color=c=0xC0C0C0:size=320x240:rate=25:duration=1"];
    let encoding = ["-c:v", "libx265", "-x265-params", parameters, "-pix_fmt", "yuv420p10le"];
    let film = safelight_tests::media::film("hdr.mp4", &[&grey[..], &encoding[..]].concat()).unwrap();
    std::fs::write(&path, film).unwrap();
    path
}

#[tokio::test]
async fn hdr_becomes_sdr() {
    let house = House::open(1, &[]).await.unwrap();
    let asset = house.upload(&hdr(&house)).await.unwrap();
    house.idle().await.unwrap();
    let made = house.encoded(&asset).await.unwrap().unwrap();
    let stream = video::ffprobe(&made).unwrap()["streams"][0].clone();
    assert_eq!(
        (stream["color_transfer"].clone(), stream["pix_fmt"].clone()),
        (json!("bt709"), json!("yuv420p"))
    );
    let brightness = video::brightness(&made).unwrap();
    assert!((225.0..=236.0).contains(&brightness), "{brightness}");
}

#[tokio::test]
async fn a_change_of_policy_makes_and_removes_videos() {
    let house = House::open(1, &[]).await.unwrap();
    let encoding = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];
    let clip = house.clip("fine.mp4", "640x480", 2, false, &encoding).unwrap();
    let asset = house.upload(&clip).await.unwrap();
    house.idle().await.unwrap();
    assert!(house.encoded(&asset).await.unwrap().is_none(), "it needs nothing");

    again(&house, json!({ "transcode": "all", "targetVideoCodec": "hevc" })).await;
    let first = house.encoded(&asset).await.unwrap().unwrap();
    let stream = video::ffprobe(&first).unwrap()["streams"][0].clone();
    assert_eq!(
        (stream["codec_name"].clone(), stream["codec_tag_string"].clone()),
        (json!("hevc"), json!("hvc1"))
    );

    again(
        &house,
        json!({ "transcode": "optimal", "targetVideoCodec": "h264", "targetResolution": "240" }),
    )
    .await;
    let second = house.encoded(&asset).await.unwrap().unwrap();
    assert_eq!(video::ffprobe(&second).unwrap()["streams"][0]["height"], 240);
    assert_eq!(house.made(), [second], "what was replaced is gone");

    again(&house, json!({ "transcode": "disabled" })).await;
    assert_eq!(house.encoded(&asset).await.unwrap(), None);
    assert!(house.made().is_empty(), "{:?}", house.made());
}

/// The first pass has pictures only; the sound belongs to the second.
#[tokio::test]
async fn a_film_in_two_passes_has_its_sound_and_keeps_its_bound() {
    let house = House::open(1, &[]).await.unwrap();
    let encoding = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    let clip = house.clip("heard.mp4", "640x480", 3, true, &encoding).unwrap();
    let asset = house.upload(&clip).await.unwrap();
    house.idle().await.unwrap();
    for codec in ["h264", "vp9"] {
        let passes = json!({ "transcode": "all", "twoPass": true, "maxBitrate": "400k", "targetVideoCodec": codec });
        again(&house, passes).await;
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let told = video::ffprobe(&made).unwrap();
        let streams = told["streams"].as_array().unwrap();
        let kinds: Vec<_> = streams.iter().map(|stream| stream["codec_type"].clone()).collect();
        assert_eq!(kinds, [json!("video"), json!("audio")], "{codec}");
        assert_eq!(streams[0]["codec_name"], codec);
        for stream in streams {
            let seconds: f64 = stream["duration"].as_str().unwrap().parse().unwrap();
            assert!(
                (2.9..=3.1).contains(&seconds),
                "{codec}: {seconds} s of {}",
                stream["codec_type"]
            );
        }
        let bits: u64 = streams[0]["bit_rate"].as_str().unwrap().parse().unwrap();
        assert!(bits < 440_000, "{codec}: {bits}");
    }
}
