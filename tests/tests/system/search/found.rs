//! What a question finds.

use safelight_tests::{Client, TestSystem};
use serde_json::{Value, json};

use super::{NOBODY, ask, names, upload};

const TAGS: &str = "
update asset_exif e set make = 'Canon', model = 'EOS R5', lens_model = 'RF 50', rating = 5, latitude = 1, longitude = 2,
    city = 'Munich', state = 'Bavaria', country = 'Germany', description = 'Ein schöner 100%_Ort'
from asset a where a.id = e.asset_id and a.original_file_name = 'one.jpg';
update asset_exif e set make = 'SONY', file_size_in_byte = 5000000
from asset a where a.id = e.asset_id and a.original_file_name = 'TWO Ä.jpg';
update asset set type = 'VIDEO', is_favorite = true, live_photo_video_id = id where original_file_name = 'three.jpg';
update asset set visibility = 'archive' where original_file_name = 'four.jpg';
insert into asset_file (asset_id, type, path) select id, 'encoded_video', '/made/three.mp4' from asset
where original_file_name = 'three.jpg'";

type Questions = Vec<(Value, &'static [&'static str])>;

const ALL: &[&str] = &["four.jpg", "three.jpg", "TWO Ä.jpg", "one.jpg"];
const ONE: &[&str] = &["one.jpg"];
const TWO: &[&str] = &["TWO Ä.jpg"];
const THREE: &[&str] = &["three.jpg"];

fn about_state() -> Questions {
    vec![
        (json!({}), ALL),
        (json!({"id": NOBODY}), &[]),
        (json!({"type": "VIDEO"}), THREE),
        (json!({"isFavorite": true}), THREE),
        (json!({"isMotion": true}), THREE),
        (json!({"isEncoded": true}), THREE),
        (json!({"isEncoded": false}), &["four.jpg", "TWO Ä.jpg", "one.jpg"]),
        (json!({"encodedVideoPath": "/made/three.mp4"}), THREE),
        (json!({"previewPath": "/made/three.mp4"}), &[]),
        (json!({"isOffline": true}), &[]),
        (json!({"visibility": "archive"}), &["four.jpg"]),
        (
            json!({"takenAfter": "2023-01-01T12:00:00Z"}),
            &["four.jpg", "three.jpg"],
        ),
        (
            json!({"takenBefore": "2022-06-01T00:00:00+02:00"}),
            &["TWO Ä.jpg", "one.jpg"],
        ),
        (json!({"createdBefore": "2020-01-01T00:00:00Z"}), &[]),
        (json!({"updatedAfter": "2020-01-01T00:00:00Z"}), ALL),
        (json!({"isNotInAlbum": true}), &["four.jpg", "three.jpg"]),
        (json!({"isNotInAlbum": false}), ALL),
        (json!({"libraryId": null}), ALL),
        (json!({"libraryId": NOBODY}), &[]),
        (json!({"personIds": [NOBODY]}), &[]),
        (json!({"tagIds": [NOBODY]}), &[]),
        (json!({"tagIds": null, "personIds": [], "albumIds": []}), ALL),
        (json!({"ocr": "text"}), &[]),
    ]
}

fn about_tags_and_texts() -> Questions {
    vec![
        (json!({"make": "Canon", "model": "EOS R5", "lensModel": "RF 50"}), ONE),
        (json!({"make": "Canon", "type": "VIDEO"}), &[]),
        (json!({"make": "canon"}), &[]),
        (json!({"make": null}), &["four.jpg", "three.jpg"]),
        (json!({"city": "Munich", "state": "Bavaria", "country": "Germany"}), ONE),
        (json!({"country": null}), &["four.jpg", "three.jpg", "TWO Ä.jpg"]),
        (json!({"rating": 5}), ONE),
        (json!({"rating": 4}), &[]),
        (json!({"rating": null}), &["four.jpg", "three.jpg", "TWO Ä.jpg"]),
        (json!({"originalFileName": "two ä"}), TWO),
        (json!({"originalFileName": "t%o"}), &[]),
        (json!({"originalFileName": "t_o"}), &[]),
        (json!({"description": "SCHÖNER 100%_ort"}), ONE),
        (json!({"description": "100\\"}), &[]),
        (json!({"checksum": "nothing of the kind"}), &[]),
    ]
}

/// The id of a new album with these.
async fn album(admin: &Client, assets: &[&str]) -> String {
    let body = json!({"albumName": "A", "assetIds": assets});
    let made = admin.post("/api/albums", &body).await.unwrap();
    made.expect(201).unwrap().string("/id").unwrap()
}

#[tokio::test]
async fn every_filter_finds_what_it_says() {
    let system = TestSystem::builder().start().await.unwrap();
    let admin = system.client().sign_up_admin().await.unwrap();
    let one = upload(&admin, "one.jpg", "2021-01-01").await;
    let two = upload(&admin, "TWO Ä.jpg", "2022-01-01").await;
    upload(&admin, "three.jpg", "2023-01-01").await;
    upload(&admin, "four.jpg", "2024-01-01").await;
    let sql = system.sql().await.unwrap();
    sql.batch_execute(TAGS).await.unwrap();
    let (both, second) = (album(&admin, &[&one, &two]).await, album(&admin, &[&two]).await);
    let row = "select original_path, checksum from asset where original_file_name = 'one.jpg'";
    let row = sql.query_one(row, &[]).await.unwrap();
    let (path, checksum): (String, Vec<u8>) = (row.get(0), row.get(1));
    let by_id: Questions = vec![
        (json!({"id": one}), ONE),
        (json!({"originalPath": path.to_uppercase()}), ONE),
        (json!({"checksum": hex::encode(&checksum)}), ONE),
        (json!({"albumIds": [both]}), &["TWO Ä.jpg", "one.jpg"]),
        (json!({"albumIds": [both, second, both]}), TWO),
    ];
    for (question, expected) in about_state().into_iter().chain(about_tags_and_texts()).chain(by_id) {
        let found = ask(&admin, "/api/search/metadata", &question).await;
        assert_eq!(names(&found["assets"]["items"]), expected, "{question}");
        let (next, total) = (&found["assets"]["nextPage"], &found["assets"]["total"]);
        assert_eq!((next, total), (&json!(null), &json!(expected.len())), "{question}");
    }
    pages_follow_each_other(&admin).await;
    other_lists_take_the_same_filters(&admin).await;
}

async fn pages_follow_each_other(admin: &Client) {
    let page = async |page: u32, order: &str| {
        let question = json!({"size": 2, "page": page, "order": order, "withExif": page == 1});
        ask(admin, "/api/search/metadata", &question).await["assets"].clone()
    };
    let first = page(1, "desc").await;
    assert_eq!(
        (names(&first["items"]), &first["nextPage"]),
        (ALL[..2].to_vec(), &json!("2"))
    );
    assert!(first["items"][0].get("exifInfo").is_some());
    let last = page(2, "desc").await;
    assert_eq!(
        (names(&last["items"]), &last["nextPage"]),
        (ALL[2..].to_vec(), &json!(null))
    );
    assert!(last["items"][0].get("exifInfo").is_none());
    assert_eq!(names(&page(1, "asc").await["items"]), ["one.jpg", "TWO Ä.jpg"]);
}

async fn other_lists_take_the_same_filters(admin: &Client) {
    let count = async |question: Value| ask(admin, "/api/search/statistics", &question).await;
    assert_eq!(count(json!({"type": "IMAGE"})).await, json!({"total": 3}));
    assert_eq!(count(json!({"description": "ort"})).await, json!({"total": 1}));
    let random = ask(admin, "/api/search/random", &json!({"size": 3})).await;
    let mut random = names(&random);
    random.sort_unstable();
    random.dedup();
    assert_eq!(random.len(), 3);
    assert_eq!(
        names(&ask(admin, "/api/search/random", &json!({"make": "SONY"})).await),
        TWO
    );
    let large = ask(admin, "/api/search/large-assets?size=2", &json!({})).await;
    assert_eq!((names(&large)[0], names(&large).len()), ("TWO Ä.jpg", 2));
    assert_eq!(large[0]["exifInfo"]["fileSizeInByte"], 5_000_000);
    let path = "/api/search/large-assets?minFileSize=1000000&isFavorite=false";
    assert_eq!(names(&ask(admin, path, &json!({})).await), TWO);
}
