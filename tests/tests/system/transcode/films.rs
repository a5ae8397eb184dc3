//! Films of every kind that cameras, recorders and old programs wrote: all pictures and all of the sound, in their places.

use std::path::{Path, PathBuf};

use safelight_tests::media::{film, seen_by_ffmpeg, video};

use super::judge::{lag, number, pictures, seconds, sound};
use super::rows::{NEAR, Row, all_done, hold, make, played, told};
use super::{House, turn};

const ROWS: [Row; 29] = [
    ("dvd.vob", "-c:v mpeg2video -bf 2 -c:a ac3 -f vob", "aac", 50),
    ("xvid.avi", "-c:v mpeg4 -vtag XVID -bf 2 -c:a libmp3lame", "mp3", 50),
    ("stream.ts", "-c:v libx264 -bf 3 -pix_fmt yuv420p -c:a aac", "aac", 50),
    (
        "flash.flv",
        "-c:v libx264 -pix_fmt yuv420p -c:a aac -ar 44100",
        "aac",
        50,
    ),
    (
        "dash.avi",
        "-c:v libx264 -bf 2 -pix_fmt yuv420p -c:a libmp3lame",
        "mp3",
        50,
    ),
    (
        "old.mov",
        "-c:v mjpeg -pix_fmt yuvj420p -c:a pcm_u8 -ar 11025 -ac 1",
        "aac",
        50,
    ),
    ("late.mkv", "-output_ts_offset 5 -c:v mpeg4 -c:a aac", "aac", 50),
    (
        "fragments.mp4",
        "-c:v libx264 -g 12 -bf 0 -pix_fmt yuv420p -c:a aac -movflags frag_keyframe+empty_moov",
        "aac",
        50,
    ),
    (
        "fragments.mov",
        "-c:v mpeg4 -g 12 -c:a aac -movflags frag_keyframe+empty_moov",
        "aac",
        50,
    ),
    (
        "wraps.ts",
        "-output_ts_offset 95441.2 -c:v mpeg2video -c:a mp2",
        "aac",
        50,
    ),
    ("six.mov", "-c:v mpeg4 -c:a pcm_s16le -ac 6", "aac", 50),
    ("eight.mov", "-c:v mpeg4 -c:a pcm_s16le -ac 8", "aac", 50),
    ("four.mkv", "-c:v mpeg4 -c:a pcm_s16le -ac 4", "aac", 50),
    ("float.mov", "-c:v mpeg4 -c:a pcm_f32le", "aac", 50),
    ("double.mov", "-c:v mpeg4 -c:a pcm_f64be", "aac", 50),
    ("wide.mov", "-c:v mpeg4 -c:a pcm_s32le", "aac", 50),
    ("deep.mov", "-c:v mpeg4 -c:a pcm_s24be", "aac", 50),
    ("ms.avi", "-c:v mpeg4 -c:a adpcm_ms -ac 1 -ar 22050", "aac", 50),
    ("ima.avi", "-c:v mpeg4 -c:a adpcm_ima_wav -ac 1 -ar 22050", "aac", 50),
    ("nelly.flv", "-c:v flv1 -c:a nellymoser -ac 1 -ar 22050", "aac", 50),
    ("first.mpg", "-map 1:a -map 0:v -c:v mpeg1video -c:a mp2", "aac", 50),
    ("empty-edit.mp4", "-output_ts_offset 30 -c:v mpeg4 -c:a aac", "aac", 50),
    (
        "hq.mov",
        "-c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p -c:a pcm_s16be",
        "aac",
        50,
    ),
    (
        "prores.mov",
        "-c:v prores_ks -profile:v 4 -pix_fmt yuv444p10le -c:a pcm_s16le",
        "aac",
        50,
    ),
    ("magic.mkv", "-c:v magicyuv -c:a flac", "aac", 50),
    ("ut.avi", "-c:v utvideo -pix_fmt gbrp -c:a pcm_s16le", "aac", 50),
    ("huff.avi", "-c:v huffyuv -pix_fmt rgb24 -c:a pcm_s16le", "aac", 50),
    ("plain.avi", "-c:v rawvideo -pix_fmt bgr24 -c:a pcm_s16le", "aac", 50),
    (
        "subtitles.mkv",
        "-map 0:v -map 1:a -c:v mpeg4 -c:a aac -metadata title=x",
        "aac",
        50,
    ),
];

#[tokio::test]
async fn pictures_and_sound_are_whole_and_in_their_places() {
    hold(&ROWS, &[]).await;
}

#[tokio::test]
async fn films_that_were_cut_and_joined_keep_picture_and_sound_together() {
    let house = House::open(2, &[]).await.unwrap();
    let h264 = "-c:v libx264 -g 50 -bf 2 -pix_fmt yuv420p -c:a aac";
    let folder = house.system.folder().to_owned();
    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let stream = make("a.ts", &[], "-c:v libx264 -g 25 -bf 2 -pix_fmt yuv420p -c:a aac");
    let joined = write("joined.ts", &[stream.clone(), stream.clone()].concat());
    let middle = write("middle.ts", &stream[stream.len() / 188 / 4 * 188..]);
    let whole = write(
        "whole.mov",
        &make("whole.mov", &[], &h264.replace("-c:a aac", "-c:a pcm_s16le")),
    );
    let trim = ["-ss", "0.7", "-i", whole.to_str().unwrap(), "-c", "copy"];
    let trimmed = write("trimmed.mov", &film("trimmed.mov", &trim).unwrap());
    let old = write("old.mp4", &make("old.mp4", &[], "-c:v mpeg4 -g 50 -c:a aac"));
    let trim = ["-ss", "0.9", "-i", old.to_str().unwrap(), "-c", "copy"];
    let old = write("trimmed.mp4", &film("trimmed.mp4", &trim).unwrap());
    let mut uploaded = Vec::new();
    for source in [&joined, &middle, &trimmed, &old] {
        uploaded.push((source, house.upload(source).await.unwrap()));
    }
    all_done(&house).await;
    for (source, asset) in uploaded {
        let name = source.file_name().unwrap().to_str().unwrap();
        let made = house.encoded(&asset).await.unwrap().unwrap();
        let (shown, heard) = (
            pictures(&made).unwrap(),
            sound(&["-i", made.to_str().unwrap()]).unwrap(),
        );
        let duration = told(&house, &asset).await["duration"].as_f64().unwrap() / 1_000.0;
        if name == "joined.ts" {
            assert_eq!(shown.len(), 100);
            assert!(
                shown
                    .windows(2)
                    .all(|pair| pair[1] > pair[0] && pair[1] - pair[0] < 0.2),
                "{shown:?}"
            );
            let ends = (shown.last().unwrap(), seconds(&heard), duration);
            assert!(
                (3.9..4.1).contains(ends.0) && (3.9..4.2).contains(&ends.1) && (3.9..4.2).contains(&ends.2),
                "{ends:?}"
            );
            continue;
        }
        let (theirs, original) = (
            pictures(source).unwrap(),
            sound(&["-i", source.to_str().unwrap()]).unwrap(),
        );
        assert_eq!(shown.len(), theirs.len(), "{name}");
        let (later, alike) = lag(&heard, &original).unwrap();
        let apart = later - (shown[0] - theirs[0]);
        assert!(
            apart.abs() < NEAR && alike > 0.9,
            "{name}: {apart} s apart, {alike} alike"
        );
        assert!(
            (seconds(&heard) - seconds(&original)).abs() < 0.15,
            "{name}: {} s",
            seconds(&heard)
        );
    }
}

#[tokio::test]
async fn tiny_and_short_films_are_films() {
    let house = House::open(1, &[]).await.unwrap();
    let rows = [
        ("one.mov", "-frames:v 1 -an -c:v mjpeg -pix_fmt yuvj420p", 1, (256, 128)),
        (
            "one.webm",
            "-frames:v 1 -an -c:v libvpx-vp9 -pix_fmt yuv420p",
            1,
            (256, 128),
        ),
        ("tiny.mp4", "-vf scale=14:14,setsar=1 -an -c:v mpeg4", 50, (16, 16)),
        (
            "dot.avi",
            "-vf scale=2:2,setsar=1 -an -c:v rawvideo -pix_fmt bgr24",
            50,
            (16, 16),
        ),
        ("line.mkv", "-vf scale=400:8,setsar=1 -an -c:v ffv1", 50, (800, 16)),
    ];
    let mut uploaded = Vec::new();
    for (name, encoding, count, size) in rows {
        let source = house.system.folder().join(name);
        std::fs::write(&source, make(name, &[], encoding)).unwrap();
        uploaded.push((name, count, size, source.clone(), house.upload(&source).await.unwrap()));
    }
    all_done(&house).await;
    for (name, count, (width, height), source, asset) in uploaded {
        let made = played(&house, &asset, &source).await;
        assert_eq!(pictures(&made).unwrap().len(), count, "{name}");
        let probed = video::ffprobe(&made).unwrap();
        let shown = &probed["streams"][0];
        assert_eq!(
            (&shown["width"], &shown["height"]),
            (&width.into(), &height.into()),
            "{name}"
        );
        let seconds: f64 = probed["format"]["duration"].as_str().unwrap().parse().unwrap();
        let wanted = number(count) / 25.0;
        assert!((seconds - wanted).abs() < 0.02, "{name}: {seconds} s");
    }
}

#[tokio::test]
async fn colours_do_not_depend_on_how_a_film_is_turned() {
    let house = House::open(1, &[]).await.unwrap();
    let bars = "smptebars=size=640x480:rate=10:duration=1";
    let folder = house.system.folder().to_owned();
    let mut uploaded = Vec::new();
    for (name, pixels, codec) in [("turned.mov", "yuv420p", "mpeg4"), ("red.webm", "gbrp", "libvpx-vp9")] {
        let source = folder.join(name);
        let arguments = [
            "-f", "lavfi", "-i", bars, "-c:v", codec, "-pix_fmt", pixels, "-q:v", "2",
        ];
        std::fs::write(&source, film(name, &arguments).unwrap()).unwrap();
        if name == "turned.mov" {
            turn(&source).unwrap();
        }
        uploaded.push((name, source.clone(), house.upload(&source).await.unwrap()));
    }
    all_done(&house).await;
    for (name, source, asset) in uploaded {
        let made = played(&house, &asset, &source).await;
        let seen = |path: &Path| seen_by_ffmpeg(&std::fs::read(path).unwrap(), "", (48, 48)).unwrap();
        let (ours, theirs) = (seen(&made), seen(&source));
        let apart = crate::videos::distance(&ours[0], &theirs[0]);
        assert!(apart < 2.5, "{name}: {apart} from what ffmpeg sees in the original");
        let preview = house
            .admin
            .get(&format!("/api/assets/{asset}/thumbnail?size=preview"))
            .await
            .unwrap();
        let preview = image::load_from_memory(&preview.expect(200).unwrap().body)
            .unwrap()
            .to_rgb8();
        let apart = crate::videos::distance(&preview, &theirs[0]);
        assert!(apart < 6.0, "{name}: its preview is {apart} from what ffmpeg sees");
    }
}
