//! Films of kinds that few people have, each read in another way: sound of many layouts, tapes, titles and covers beside what is shown.

use std::path::PathBuf;

use safelight_tests::media::{avi_of_tape, film, video};

use super::rows::{Row, hold, make};

const ROWS: [Row; 23] = [
    ("deep.avi", "-c:v mpeg4 -c:a pcm_s24le", "aac", 50),
    ("alaw.mov", "-c:v mpeg4 -c:a pcm_alaw -ar 8000 -ac 1", "aac", 50),
    (
        "odd.avi",
        "-vf scale=255:127 -c:v mjpeg -pix_fmt yuvj422p -c:a pcm_u8 -ar 22050 -ac 1",
        "aac",
        50,
    ),
    ("old.wmv", "-c:v wmv1 -c:a wmav1", "aac", 50),
    (
        "phone.3gp",
        "-vf scale=176:144 -c:v h263 -c:a aac -ar 8000 -ac 1",
        "aac",
        50,
    ),
    (
        "intra.mxf",
        "-c:v libx264 -pix_fmt yuv422p10le -g 1 -c:a pcm_s24le -ar 48000",
        "aac",
        50,
    ),
    (
        "full.mkv",
        "-c:v libx265 -x265-params log-level=none -pix_fmt yuv444p -c:a flac",
        "aac",
        50,
    ),
    (
        "alpha.webm",
        "-c:v libvpx -pix_fmt yuva420p -auto-alt-ref 0 -c:a libvorbis",
        "aac",
        50,
    ),
    ("theora.mkv", "-c:v libtheora -c:a libvorbis -f ogg", "aac", 50),
    (
        "fields.mts",
        "-c:v mpeg2video -flags +ilme+ildct -c:a ac3 -f mpegts",
        "aac",
        50,
    ),
    (
        "six.webm",
        "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -ac 6 -c:a libopus",
        "opus",
        50,
    ),
    (
        "opus.ts",
        "-c:v libx264 -pix_fmt yuv420p -bf 2 -c:a libopus",
        "opus",
        50,
    ),
    ("alac.mov", "-c:v mpeg4 -c:a alac -sample_fmt s32p", "aac", 50),
    ("flac.mp4", "-c:v mpeg4 -c:a flac -strict -2", "aac", 50),
    ("six.ts", "-c:v libx264 -pix_fmt yuv420p -ac 6 -c:a ac3", "aac", 50),
    ("dts.mkv", "-c:v mpeg4 -c:a dca -strict -2", "aac", 50),
    ("truehd.mkv", "-c:v mpeg4 -c:a truehd -strict -2", "aac", 50),
    (
        "twelve-bits.mov",
        "-c:v prores_ks -profile:v 4444xq -pix_fmt yuva444p10le -c:a pcm_s16le",
        "aac",
        50,
    ),
    (
        "timecode.mov",
        "-timecode 01:00:00:00 -c:v mpeg4 -c:a pcm_mulaw",
        "aac",
        50,
    ),
    // More channels than loudspeakers, with names for them and without.
    (
        "twelve.mov",
        "-c:v mpeg4 -af pan=12C|c0=c0|c1=c0 -c:a pcm_s16le",
        "aac",
        50,
    ),
    (
        "sixteen.mkv",
        "-c:v mpeg4 -af pan=hexadecagonal|FL=c0|FR=c0 -c:a pcm_s16le",
        "aac",
        50,
    ),
    (
        "floats.mkv",
        "-c:v mpeg4 -af pan=10C|c0=c0|c1=c0 -c:a pcm_f32le",
        "aac",
        50,
    ),
    // Sound from all sides of first order, whose first channel is what is heard anywhere.
    (
        "around.mkv",
        "-c:v mpeg4 -af pan=4c|c0=c0 -mapping_family 2 -c:a libopus",
        "aac",
        50,
    ),
];

/// A tape as it comes from the camera, in an AVI of one stream that holds both.
fn tape() -> Vec<u8> {
    avi_of_tape(&make("tape.dv", &[], "-target pal-dv")).unwrap()
}

/// Titles of which the last one stays longer than the film.
fn titled(folder: &std::path::Path) -> Vec<u8> {
    let titles = folder.join("titles.srt");
    std::fs::write(
        &titles,
        "1\n00:00:00,100 --> 00:00:01,000\none\n\n2\n00:00:01,100 --> 00:00:09,000\ntwo\n",
    )
    .unwrap();
    let more = ["-i", titles.to_str().unwrap()];
    make(
        "titled.mkv",
        &more,
        "-map 2:s -map 0:v -map 1:a -c:v mpeg4 -c:a aac -c:s srt",
    )
}

/// A picture stands before the film, and nothing says that it is a cover.
fn covered(folder: &std::path::Path) -> Vec<u8> {
    let cover = folder.join("cover.jpg");
    let picture = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=1", "-frames:v", "1"];
    std::fs::write(&cover, film("cover.jpg", &picture).unwrap()).unwrap();
    let more = ["-i", cover.to_str().unwrap()];
    let encoding = "-map 2:v -map 0:v -map 1:a -c:v:0 mjpeg -c:v:1 mpeg4 -c:a aac";
    make("covered.mkv", &more, encoding)
}

#[tokio::test]
async fn odd_films_are_whole_and_in_their_places() {
    let folder = tempfile::tempdir().unwrap();
    let others: [(Row, Vec<u8>); 3] = [
        (("tape.avi", "", "aac", 50), tape()),
        (("titled.mkv", "", "aac", 50), titled(folder.path())),
        (("covered.mkv", "", "aac", 50), covered(folder.path())),
    ];
    let (house, uploaded) = hold(&ROWS, &others).await;
    let of = |name: &str| -> (String, PathBuf) {
        let found = uploaded.iter().find(|(_, source)| source.ends_with(name)).unwrap();
        found.clone()
    };
    for (name, pixels) in [("twelve-bits.mov", "yuva444p12le"), ("tape.avi", "yuv420p")] {
        let (asset, source) = of(name);
        let row = format!("select pixel_format from asset_video where asset_id = '{asset}'");
        assert_eq!(house.text(&row).await.unwrap(), pixels, "{name}");
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let likeness = video::ssim(&source, &made).unwrap();
        assert!(likeness > 0.95, "{name}: as alike as {likeness}");
    }
    let notes = house.admin.get_json("/api/notifications").await.unwrap();
    let cut = notes
        .as_array()
        .unwrap()
        .iter()
        .filter(|note| note["title"] == "A film is cut off");
    assert_eq!(cut.count(), 0, "none of them is cut off: {notes}");
}
