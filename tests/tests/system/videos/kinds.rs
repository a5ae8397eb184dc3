//! Every container and codec that phones, cameras and old disks hold.

use safelight_tests::client::NewUpload;
use safelight_tests::media::{bars, film, seen_by_ffmpeg, test_media};

use super::{asset, distance, picture, seen, system};

/// How far our picture may be from the nearest of ffmpeg's: codecs are the same, scalers and matrices are not.
const NEAR: f64 = 6.0;

/// One video: its name, how to make it from bars of that size, what its row must say, and what is shown.
struct Case {
    name: &'static str,
    size: &'static str,
    make: &'static str,
    row: &'static str,
    shown: (u32, u32),
}

const fn case(
    name: &'static str,
    size: &'static str,
    make: &'static str,
    row: &'static str,
    shown: (u32, u32),
) -> Case {
    Case {
        name,
        size,
        make,
        row,
        shown,
    }
}

const SINE: &str = "-f lavfi -i sine=d=1";

/// The rows are `container codec pixel_format rotation interlaced audio`.
const CASES: [Case; 15] = [
    case(
        "h264.mp4",
        "320x240",
        "-c:v libx264 -pix_fmt yuv420p -c:a aac",
        "mp4 h264 yuv420p 0 f aac",
        (320, 240),
    ),
    case(
        "silent.mov",
        "322x182",
        "-an -c:v libx264 -pix_fmt yuv422p",
        "mov h264 yuv422p 0 f -",
        (322, 182),
    ),
    case(
        "hevc10.mp4",
        "320x240",
        "-c:v libx265 -x265-params log-level=none -pix_fmt yuv420p10le -tag:v hvc1 -c:a aac",
        "mp4 hevc yuv420p10le 0 f aac",
        (320, 240),
    ),
    case(
        "vp9.webm",
        "321x241",
        "-c:v libvpx-vp9 -pix_fmt yuv420p -deadline realtime -cpu-used 8 -c:a libopus",
        "webm vp9 yuv420p 0 f opus",
        (321, 241),
    ),
    case(
        "av1.mkv",
        "320x240",
        "-c:v libaom-av1 -pix_fmt yuv420p -cpu-used 8 -usage realtime -c:a libvorbis",
        "matroska av1 yuv420p 0 f vorbis",
        (320, 240),
    ),
    case(
        "mpeg4.avi",
        "320x240",
        "-c:v mpeg4 -q:v 3 -vtag XVID -c:a libmp3lame",
        "avi mpeg4 yuv420p 0 f mp3",
        (320, 240),
    ),
    case(
        "wide.ts",
        "720x576",
        "-c:v mpeg2video -q:v 3 -pix_fmt yuv420p -flags +ildct+ilme -aspect 16:9 -c:a mp2",
        "mpegts mpeg2video yuv420p 0 t mp2",
        (1024, 576),
    ),
    case(
        "jpeg.mov",
        "320x240",
        "-c:v mjpeg -q:v 3 -pix_fmt yuvj420p -c:a pcm_s16le",
        "mov mjpeg yuvj420p 0 f pcm_s16le",
        (320, 240),
    ),
    case(
        "old.wmv",
        "320x240",
        "-c:v wmv2 -q:v 3 -c:a wmav2",
        "asf wmv2 yuv420p 0 f wmav2",
        (320, 240),
    ),
    case(
        "prores.mov",
        "320x240",
        "-c:v prores_ks -profile:v 3 -c:a aac",
        "mov prores yuv422p10le 0 f aac",
        (320, 240),
    ),
    case(
        "phone.3gp",
        "352x288",
        "-c:v h263 -q:v 3 -ar 8000 -ac 1 -c:a aac",
        "mp4 h263 yuv420p 0 f aac",
        (352, 288),
    ),
    case(
        "disk.vob",
        "320x240",
        "-c:v mpeg2video -q:v 3 -pix_fmt yuv420p -c:a ac3 -f vob",
        "mpeg mpeg2video yuv420p 0 f ac3",
        (320, 240),
    ),
    case(
        "red.webm",
        "320x240",
        "-an -c:v libvpx-vp9 -pix_fmt gbrp -deadline realtime -cpu-used 8",
        "webm vp9 gbrp 0 f -",
        (320, 240),
    ),
    case(
        "one.mkv",
        "320x240",
        "-frames:v 1 -an -c:v libx264 -pix_fmt yuv420p",
        "matroska h264 yuv420p 0 f -",
        (320, 240),
    ),
    case(
        "flash.flv",
        "320x240",
        "-c:v flv1 -q:v 3 -ar 44100 -c:a libmp3lame",
        "flv flv1 yuv420p 0 f mp3",
        (320, 240),
    ),
];

fn made(case: &Case) -> Vec<u8> {
    let mut arguments = bars(case.size);
    arguments.extend(SINE.split(' ').map(str::to_owned));
    arguments.extend(case.make.split(' ').map(str::to_owned));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    film(case.name, &arguments).unwrap()
}

const ROW: &str = "select concat_ws(' ', v.container, v.codec, v.pixel_format, v.rotation, v.is_interlaced, coalesce(a.codec, '-')) \
                   from asset_video v left join asset_audio a using (asset_id) where v.asset_id::text = $1";

#[tokio::test]
async fn every_kind_of_video_is_read_and_shown() {
    let (_system, admin, sql) = system().await.unwrap();
    let mut uploaded = Vec::new();
    for case in &CASES {
        let bytes = made(case);
        let id = admin
            .upload(&NewUpload::new(case.name, bytes.clone()))
            .await
            .unwrap()
            .id;
        uploaded.push((case, bytes, id));
    }
    seen(&sql).await.unwrap();
    for (case, bytes, id) in &uploaded {
        let name = case.name;
        let row: String = sql.query_one(ROW, &[id]).await.unwrap().get(0);
        assert_eq!(row, case.row, "{name}");
        let told = asset(&admin, id).await.unwrap();
        let (width, height) = case.shown;
        assert_eq!(
            (&told["width"], &told["height"]),
            (&width.into(), &height.into()),
            "{name}"
        );
        assert_eq!(told["exifInfo"]["orientation"], "1", "{name}");
        let duration = told["duration"].as_u64().unwrap();
        let expected = if name == "one.mkv" { 1..=100 } else { 800..=1_200 };
        assert!(expected.contains(&duration), "{name} takes {duration} ms");
        let preview = picture(&admin, id, "preview").await.unwrap();
        let preview = image::load_from_memory_with_format(&preview, image::ImageFormat::Jpeg).unwrap();
        assert_eq!((preview.width(), preview.height()), (width, height), "{name}");
        let theirs = seen_by_ffmpeg(bytes, "", (64, 48)).unwrap();
        let apart = distance(&preview.to_rgb8(), theirs.first().unwrap());
        assert!(apart < NEAR, "{name} is {apart} from what ffmpeg sees");
        let thumbnail = picture(&admin, id, "thumbnail").await.unwrap();
        assert_eq!(thumbnail.get(12..16), Some(&b"VP8 "[..]), "{name}: simple WebP");
        assert!(told["thumbhash"].is_string(), "{name}");
    }
}

#[tokio::test]
async fn turned_videos_stand_upright_and_hidden_ones_are_only_transcoded() {
    let (_system, admin, sql) = system().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let straight = folder.path().join("straight.mp4");
    let straight = straight.to_str().unwrap();
    let bytes = made(&case(
        "straight.mp4",
        "320x200",
        "-c:v libx264 -pix_fmt yuv420p",
        "",
        (0, 0),
    ));
    std::fs::write(straight, bytes).unwrap();
    let mut turned = Vec::new();
    for (degrees, orientation, shown) in [
        ("90", "8", (200, 320)),
        ("180", "3", (320, 200)),
        ("270", "6", (200, 320)),
    ] {
        let rotate = format!("rotate={degrees}");
        let bytes = film(
            "turned.mp4",
            &["-i", straight, "-c", "copy", "-metadata:s:v:0", &rotate],
        )
        .unwrap();
        let id = admin
            .upload(&NewUpload::new("turned.mp4", bytes.clone()))
            .await
            .unwrap()
            .id;
        turned.push((bytes, id, orientation, shown));
    }
    let part = made(&case("part.mov", "160x120", "-c:v libx264", "", (0, 0)));
    let hidden = NewUpload::new("part.mov", part).field("visibility", "hidden");
    let hidden = admin.upload(&hidden).await.unwrap().id;
    seen(&sql).await.unwrap();
    for (bytes, id, orientation, (width, height)) in &turned {
        let told = asset(&admin, id).await.unwrap();
        assert_eq!((&told["width"], &told["height"]), (&(*width).into(), &(*height).into()));
        assert_eq!(told["exifInfo"]["orientation"], *orientation);
        let preview = image::load_from_memory(&picture(&admin, id, "preview").await.unwrap()).unwrap();
        assert_eq!((preview.width(), preview.height()), (*width, *height));
        let theirs = seen_by_ffmpeg(bytes, "", (width / 4, height / 4)).unwrap();
        let apart = distance(&preview.to_rgb8(), theirs.first().unwrap());
        assert!(apart < NEAR, "turned by {orientation}: {apart} from what ffmpeg sees");
    }
    assert!(asset(&admin, &hidden).await.unwrap()["thumbhash"].is_null());
    let next = "select count(*) from job where kind = 'AssetEncodeVideo' and dedup_key = $1";
    assert_eq!(sql.query_one(next, &[&hidden]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test]
async fn high_dynamic_range_becomes_standard() {
    let (_system, admin, sql) = system().await.unwrap();
    let tagged = "-an -c:v libx265 -pix_fmt yuv420p10le -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc \
                  -x265-params log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc";
    let bytes = made(&case("hdr.mp4", "320x240", tagged, "", (0, 0)));
    let id = admin
        .upload(&NewUpload::new("hdr.mp4", bytes.clone()))
        .await
        .unwrap()
        .id;
    seen(&sql).await.unwrap();
    let row = "select concat_ws(' ', primaries, transfer, matrix) from asset_video where asset_id::text = $1";
    let row: String = sql.query_one(row, &[&id]).await.unwrap().get(0);
    assert_eq!(row, "bt2020 smpte2084 bt2020nc");
    let preview = image::load_from_memory(&picture(&admin, &id, "preview").await.unwrap())
        .unwrap()
        .to_rgb8();
    let toned = "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable:desat=0:peak=10,\
                 zscale=t=iec61966-2-1:m=bt709:r=pc,";
    let size = (64, 48);
    let toned = distance(&preview, seen_by_ffmpeg(&bytes, toned, size).unwrap().first().unwrap());
    let coded = distance(&preview, seen_by_ffmpeg(&bytes, "", size).unwrap().first().unwrap());
    assert!(
        toned < 10.0 && toned * 2.0 < coded,
        "{toned} from what it should be, {coded} from the code itself"
    );
}

#[tokio::test]
async fn real_videos_look_as_they_do() {
    let Some(folder) = test_media() else { return };
    let (_system, admin, sql) = system().await.unwrap();
    let mut uploaded = Vec::new();
    for (name, duration) in [
        ("bikes.mp4", 10_000),
        ("bikes-mpeg4.mov", 2_000),
        ("live.mov", 1_000),
        ("ws.mp4", 2_000),
    ] {
        let bytes = std::fs::read(folder.join("videos").join(name)).unwrap();
        let id = admin.upload(&NewUpload::new(name, bytes.clone())).await.unwrap().id;
        uploaded.push((name, duration, bytes, id));
    }
    seen(&sql).await.unwrap();
    for (name, duration, bytes, id) in &uploaded {
        let told = asset(&admin, id).await.unwrap();
        assert_eq!(told["duration"], *duration, "{name}");
        assert_eq!((&told["width"], &told["height"]), (&640.into(), &272.into()), "{name}");
        let preview = image::load_from_memory(&picture(&admin, id, "preview").await.unwrap())
            .unwrap()
            .to_rgb8();
        let theirs = seen_by_ffmpeg(bytes, "", (128, 54)).unwrap();
        let apart = theirs
            .iter()
            .map(|picture| distance(&preview, picture))
            .fold(f64::MAX, f64::min);
        assert!(apart < NEAR, "{name} is {apart} from all that ffmpeg sees");
    }
}
