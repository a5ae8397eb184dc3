//! Files that are made to cost a worker its time: they cost what one file may, once, and nothing of their neighbours.

use safelight_tests::media;

use super::House;

/// XMP in XMP in XMP.
fn nested() -> Vec<u8> {
    let levels = 200_000;
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:a=\"http://a/\">{}{}</rdf:Description></rdf:RDF></x:xmpmeta>",
        "<a:b rdf:parseType=\"Resource\">".repeat(levels),
        "</a:b>".repeat(levels)
    )
    .into_bytes()
}

#[tokio::test]
async fn a_file_that_costs_too_much_is_read_without_tags_and_its_job_is_done() {
    let house = House::open(&[("SAFELIGHT_EXIFTOOL_CPU", "1s")]).await.unwrap();
    let bomb = nested();
    let (asset, _) = house.asset("bomb.jpg", &bomb).await.unwrap();
    let (sidecar, path) = house.asset("beside.jpg", &media::jpeg()).await.unwrap();
    let beside = path.with_extension("xmp");
    std::fs::write(&beside, &bomb).unwrap();
    house.file_row(sidecar, "sidecar", &beside).await.unwrap();
    let (neighbour, _) = house.asset("a.jpg", &media::jpeg()).await.unwrap();
    for asset in [asset, sidecar, neighbour] {
        house.extract(asset).await.unwrap();
    }
    house.done().await.unwrap();
    let failed = house
        .text("select history::text from job where failures > 0")
        .await
        .unwrap();
    assert_eq!(failed, None);
    let told = house
        .told(asset, "e.file_size_in_byte, a.local_date_time, a.width")
        .await
        .unwrap();
    assert_eq!(told, format!("{} | 2024-03-01 10:00:00", bomb.len()));
    for asset in [sidecar, neighbour] {
        assert_eq!(house.told(asset, "a.width").await.unwrap(), "64");
    }
    // Nothing comes of trying to write into it, which is known at once.
    let set =
        format!("update asset_exif set rating = 4, locked_properties = '{{rating}}' where asset_id = '{sidecar}'");
    house.sql.batch_execute(&set).await.unwrap();
    house
        .enqueue("sidecar", "SidecarWrite", &sidecar.to_string(), "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    let reason = house
        .text("select history::text from job where state = 'parked'")
        .await
        .unwrap()
        .unwrap();
    assert!(reason.contains("processor time"), "{reason}");
    assert_eq!(std::fs::read(&beside).unwrap(), bomb, "it is as it was");
}
