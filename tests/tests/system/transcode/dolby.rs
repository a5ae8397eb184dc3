//! Dolby Vision: shown by a base layer that others understand, and refused by its name where there is none.

use safelight_tests::media::{dolby_vision, film, in_sample_entry, video};

use super::House;
use super::judge::pictures;

#[tokio::test]
async fn dolby_vision_is_shown_by_its_base_layer_or_refused_by_its_name() {
    let house = House::open(1, &[]).await.unwrap();
    let bars = "testsrc2=size=256x128:rate=25:duration=1";
    let arguments = [
        "-f",
        "lavfi",
        "-i",
        bars,
        "-c:v",
        "libx265",
        "-x265-params",
        "log-level=none",
        "-pix_fmt",
        "yuv420p10le",
        "-tag:v",
        "hvc1",
    ];
    let plain = film("plain.mp4", &arguments).unwrap();
    let folder = house.system.folder().to_owned();
    let mut uploaded = Vec::new();
    for (name, profile, compatibility) in [("eight.mp4", 8, 1), ("five.mp4", 5, 0)] {
        let source = folder.join(name);
        let record = dolby_vision(profile, compatibility);
        std::fs::write(&source, in_sample_entry(&plain, *b"hvc1", &record).unwrap()).unwrap();
        let probed = video::ffprobe(&source).unwrap();
        let told = &probed["streams"][0]["side_data_list"][0];
        assert_eq!(
            (&told["dv_profile"], &told["rpu_present_flag"]),
            (&profile.into(), &1.into()),
            "{name}"
        );
        uploaded.push((source.clone(), house.upload(&source).await.unwrap()));
    }
    house.idle().await.unwrap();
    let [(eight, shown), (_, refused)] = uploaded.as_slice() else {
        unreachable!()
    };
    let made = house.encoded(shown).await.unwrap().unwrap();
    assert_eq!(pictures(&made).unwrap().len(), 25);
    let likeness = video::ssim(eight, &made).unwrap();
    assert!(likeness > 0.95, "as alike as {likeness}");
    assert!(house.encoded(refused).await.unwrap().is_none());
    let history = format!(
        "select coalesce(string_agg(history::text, ' '), '') from job where state = 'parked' and dedup_key = '{refused}'"
    );
    let said = house.text(&history).await.unwrap();
    assert!(
        said.contains("the film's picture is in a format (Dolby Vision profile 5) that this server cannot read"),
        "{said}"
    );
    assert_eq!(said.matches("\"reason\"").count(), 1, "one attempt: {said}");
}
