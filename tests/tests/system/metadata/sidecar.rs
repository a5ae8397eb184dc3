//! Sidecars are found, read and written; originals never are.

use super::{House, shared};

const XMP: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreateDate="2011-01-02T03:04:05+02:00"
 xmp:Rating="2"/></rdf:RDF></x:xmpmeta>"#;

#[tokio::test]
async fn a_sidecar_beside_the_file_is_found_and_read() {
    let house = House::open(&[]).await.unwrap();
    let (asset, path) = house.asset("a.jpg", &safelight_tests::media::jpeg()).await.unwrap();
    let sidecar = path.with_extension("xmp");
    std::fs::write(&sidecar, XMP).unwrap();
    house
        .enqueue("sidecar", "SidecarCheck", &asset.to_string(), "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    let told = house
        .told(asset, "a.local_date_time, e.time_zone, e.rating")
        .await
        .unwrap();
    assert_eq!(told, "2011-01-02 03:04:05 | UTC+2 | 2");
    let known = house
        .text("select path from asset_file where type = 'sidecar'")
        .await
        .unwrap();
    assert_eq!(known.as_deref(), sidecar.to_str());
    // Gone again: the next look forgets it.
    std::fs::remove_file(&sidecar).unwrap();
    house
        .enqueue("sidecar", "SidecarCheck", &asset.to_string(), "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    assert_eq!(house.text("select path from asset_file").await.unwrap(), None);
    assert_eq!(house.told(asset, "e.rating").await.unwrap(), "");
}

#[tokio::test]
async fn a_change_by_hand_goes_to_a_new_sidecar_and_comes_back() {
    let Some(content) = shared("albums/nature/prairie_falcon.jpg") else {
        eprintln!("SKIPPED: no shared media");
        return;
    };
    let house = House::open(&[]).await.unwrap();
    let (asset, path) = house.asset("falcon.jpg", &content).await.unwrap();
    let change = async |set: &str| {
        let update = format!("update asset_exif set {set} where asset_id = '{asset}'");
        house.sql.batch_execute(&update).await.unwrap();
        house
            .enqueue("sidecar", "SidecarWrite", &asset.to_string(), "{}", None)
            .await
            .unwrap();
        house.done().await.unwrap();
        house
            .text("select path from asset_file where type = 'sidecar'")
            .await
            .unwrap()
            .unwrap()
    };
    let first = change(
        "date_time_original = '2020-06-01T10:30:00Z', time_zone = 'UTC+2', latitude = 48.14, longitude = 11.57, \
         locked_properties = '{date_time_original,time_zone,latitude,longitude}'",
    )
    .await;
    let columns =
        "a.local_date_time, e.time_zone, e.latitude, e.rating, left(e.description, 12), e.locked_properties::text";
    let told = house.told(asset, columns).await.unwrap();
    assert_eq!(told, "2020-06-01 12:30:00 | Europe/Berlin | 48.14 | Adult female | {}");
    let second = change("rating = 4, description = '', locked_properties = '{rating,description}'").await;
    let told = house.told(asset, columns).await.unwrap();
    assert_eq!(
        told, "2020-06-01 12:30:00 | Europe/Berlin | 48.14 | 4 |  | {}",
        "the first change is kept"
    );
    assert_ne!(first, second, "a name is never reused");
    assert!(!std::path::Path::new(&first).exists(), "the old sidecar is deleted");
    assert_eq!(std::fs::read(&path).unwrap(), content, "the original is as it was");
    assert_eq!(house.text("select path from file_intent").await.unwrap(), None);
}
