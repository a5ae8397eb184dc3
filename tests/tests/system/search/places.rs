//! Cameras, places, the map, folders.

use safelight_tests::TestSystem;
use serde_json::{Value, json};

use super::{ask, get, names, upload};

const FILL: &str = "
update asset_exif e set make = 'SONY', model = 'A7', city = 'Zürich', country = 'Switzerland', latitude = 47, longitude = 8.5
from asset a where a.id = e.asset_id and a.original_file_name = '1.jpg';
update asset_exif e set make = 'samsung', model = 'S 10', city = 'berlin', latitude = 52.5, longitude = 13
from asset a where a.id = e.asset_id and a.original_file_name = '2.jpg';
update asset_exif e set make = 'Apple', model = 'S 9', city = 'Aachen'
from asset a where a.id = e.asset_id and a.original_file_name = '10.jpg';
update asset set original_path = '/photos/Trips/' || original_file_name where original_file_name <> 'none.jpg'";

#[tokio::test]
async fn cameras_places_and_folders_are_listed_in_the_order_of_a_dictionary() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    for (number, name) in ["1.jpg", "2.jpg", "10.jpg", "none.jpg"].into_iter().enumerate() {
        upload(&admin, name, &format!("202{number}-01-01")).await;
    }
    system.sql().await.unwrap().batch_execute(FILL).await.unwrap();
    let suggestions = async |query: &str| get(&admin, &format!("/api/search/suggestions?type={query}")).await;
    for (query, expected) in [
        ("camera-make", json!(["Apple", "samsung", "SONY"])),
        // The contract's document knows texts only.
        ("camera-make&includeNull=true", json!(["Apple", "samsung", "SONY"])),
        ("camera-model&make=SONY", json!(["A7"])),
        ("camera-lens-model", json!([])),
        ("city", json!(["Aachen", "berlin", "Zürich"])),
        ("city&country=Switzerland&includeNull=true", json!(["Zürich"])),
        ("state", json!([])),
    ] {
        assert_eq!(suggestions(query).await, expected, "{query}");
    }
    let cities = get(&admin, "/api/search/cities").await;
    assert_eq!(names(&cities), ["10.jpg", "2.jpg", "1.jpg"]);
    assert_eq!(cities[0]["exifInfo"]["city"], "Aachen");
    assert_eq!(get(&admin, "/api/search/places?name=Aachen").await, json!([]));
    assert_eq!(get(&admin, "/api/search/person?name=a").await, json!([]));

    let explore = get(&admin, "/api/search/explore").await;
    assert_eq!(
        (&explore[0]["fieldName"], &explore[0]["items"]),
        (&json!("exifInfo.city"), &json!([]))
    );
    let newest: Vec<&Value> = explore[1]["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["data"])
        .collect();
    assert_eq!(
        newest
            .iter()
            .map(|asset| asset["originalFileName"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["none.jpg", "10.jpg", "2.jpg", "1.jpg"]
    );
    assert_eq!(explore[1]["items"][0]["value"], newest[0]["createdAt"]);
    assert!(newest[0].get("tags").is_some() && newest[0].get("exifInfo").is_some() && newest[0].get("owner").is_none());

    assert_eq!(
        get(&admin, "/api/view/folder?path=/photos/Trips").await[0]["originalFileName"],
        "1.jpg"
    );
    let contents = get(&admin, "/api/view/folder?path=/photos/Trips/").await;
    assert_eq!(names(&contents), ["1.jpg", "10.jpg", "2.jpg"]);
    assert_eq!(get(&admin, "/api/view/folder?path=/photos").await, json!([]));
    let folders = get(&admin, "/api/view/folder/unique-paths").await;
    assert_eq!(
        (folders.as_array().unwrap().len(), &folders[0]),
        (2, &json!("/photos/Trips"))
    );
}

#[tokio::test]
async fn the_map_shows_where_pictures_were_taken() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let mut ids = Vec::new();
    for (number, name) in ["1.jpg", "2.jpg", "10.jpg", "none.jpg"].into_iter().enumerate() {
        ids.push(upload(&admin, name, &format!("202{number}-01-01")).await);
    }
    let place = json!({"latitude": 47, "longitude": 8.5});
    admin
        .put(&format!("/api/assets/{}", ids[0]), &place)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    admin
        .put(&format!("/api/assets/{}", ids[1]), &place)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let change = json!({"visibility": "archive", "isFavorite": true});
    admin
        .put(&format!("/api/assets/{}", ids[1]), &change)
        .await
        .unwrap()
        .expect(200)
        .unwrap();
    let marker = |id: &str| json!({"id": id, "lat": 47, "lon": 8.5, "city": null, "state": null, "country": null});
    for (query, expected) in [
        ("", json!([marker(&ids[0])])),
        ("isArchived=true", json!([marker(&ids[1]), marker(&ids[0])])),
        ("isArchived=true&isFavorite=true", json!([marker(&ids[1])])),
        ("isFavorite=false", json!([marker(&ids[0])])),
        ("isFavorite=true", json!([])),
        (
            "isArchived=true&fileCreatedAfter=2020-06-01T00:00:00Z",
            json!([marker(&ids[1])]),
        ),
        (
            "isArchived=true&fileCreatedBefore=2020-06-01T00:00:00Z",
            json!([marker(&ids[0])]),
        ),
        ("withPartners=true&withSharedAlbums=true", json!([marker(&ids[0])])),
    ] {
        assert_eq!(
            get(&admin, &format!("/api/map/markers?{query}")).await,
            expected,
            "{query}"
        );
    }
    let unknown = json!([{"country": null, "state": null, "city": null}]);
    assert_eq!(get(&admin, "/api/map/reverse-geocode?lat=47&lon=8.5").await, unknown);
    let found = ask(
        &admin,
        "/api/search/metadata",
        &json!({"isFavorite": true, "withExif": true}),
    )
    .await;
    assert_eq!(found["assets"]["items"][0]["exifInfo"]["latitude"], json!(47));
    let features = get(&admin, "/api/server/features").await;
    let told = ["search", "map", "reverseGeocoding", "smartSearch"].map(|name| features[name].as_bool().unwrap());
    assert_eq!(told, [true, true, false, false]);
}
