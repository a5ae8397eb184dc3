//! What a person stores beside originals is counted in the moment it comes and goes, and counted anew at night.

use super::House;

const XMP: &str = r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="2"/></rdf:RDF></x:xmpmeta>"#;

async fn used(house: &House) -> u64 {
    let used = house
        .text("select quota_usage_in_bytes::text from \"user\"")
        .await
        .unwrap();
    used.unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_sidecar_is_counted_while_it_is_there() {
    let house = House::open(&[]).await.unwrap();
    let (asset, path) = house.asset("a.jpg", b"12345").await.unwrap();
    // Less than a sidecar: what a person writes about a picture is kept all the same.
    let before = "update \"user\" set quota_usage_in_bytes = 5, quota_size_in_bytes = 6";
    house.sql.batch_execute(before).await.unwrap();
    let run = async |queue: &str, kind: &str, payload: &str| {
        house
            .enqueue(queue, kind, &asset.to_string(), payload, None)
            .await
            .unwrap();
        house.done().await.unwrap();
    };
    let beside = path.with_extension("xmp");
    std::fs::write(&beside, XMP).unwrap();
    let found = 5 + u64::try_from(XMP.len()).unwrap();
    for _ in 0..2 {
        run("sidecar", "SidecarCheck", "{}").await;
        assert_eq!(used(&house).await, found);
    }
    house
        .sql
        .batch_execute("update asset_exif set rating = 4, locked_properties = '{rating}'")
        .await
        .unwrap();
    run("sidecar", "SidecarWrite", "{}").await;
    let written = house
        .text("select path from asset_file where type = 'sidecar'")
        .await
        .unwrap();
    let written = std::fs::metadata(written.unwrap()).unwrap().len();
    assert_ne!(5 + written, found);
    assert_eq!(used(&house).await, 5 + written);
    let trashed = format!("update asset set status = 'trashed', deleted_at = now() where id = '{asset}'");
    house.sql.batch_execute(&trashed).await.unwrap();
    run("backgroundTask", "AssetDelete", r#"{"deleteOnDisk":true}"#).await;
    assert_eq!(used(&house).await, 0);
}

#[tokio::test]
async fn a_night_counts_all_that_is_stored_also_what_an_earlier_release_did_not_measure() {
    let house = House::open(&[]).await.unwrap();
    let (one, path) = house.asset("a.jpg", b"12345").await.unwrap();
    let (other, _) = house.asset("b.jpg", b"1").await.unwrap();
    let (third, _) = house.asset("c.jpg", b"1").await.unwrap();
    let measured = path.with_extension("xmp");
    std::fs::write(&measured, b"1234567").unwrap();
    house.file_row(one, "sidecar", &measured).await.unwrap();
    house.file_row(one, "preview", &path).await.unwrap();
    // Beside a picture of a library, and one that is gone.
    let elsewhere = house.system.folder().join("b.xmp");
    std::fs::write(&elsewhere, b"not in the store").unwrap();
    house.file_row(other, "sidecar", &elsewhere).await.unwrap();
    house
        .file_row(third, "sidecar", &house.place("gone.xmp").unwrap())
        .await
        .unwrap();
    house
        .enqueue("backgroundTask", "UserSyncUsage", "", "{}", None)
        .await
        .unwrap();
    house.done().await.unwrap();
    assert_eq!(used(&house).await, 5 + 1 + 1 + 7);
    let unmeasured = "select count(*)::text from asset_file where type = 'sidecar' and size_in_byte is null";
    assert_eq!(house.text(unmeasured).await.unwrap().as_deref(), Some("0"));
}
